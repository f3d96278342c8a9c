"""Requests out and answers in, before anybody judges them."""

from __future__ import annotations

import json
from dataclasses import field
from typing import TYPE_CHECKING, Any, NamedTuple

from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sarv_sync.transport.failures import Failure


class Bounds(NamedTuple):
    """Seconds to wait for a connection, for the next bytes and for a whole body, and the bytes that it may have."""

    connect: float = 10.0
    read: float = 30.0
    whole: float = 120.0
    size: int = 64 << 20


BOUNDS = Bounds()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `document` is the JSON value of the body, None without one; `fault`: what else is there.

    `retry_after` are the seconds that GitHub asks to wait. `remaining` is how many calls are left until `reset`,
    which is in seconds since 1970 like `date`, GitHub's clock. `permissions` are those that such a call takes.
    """

    status: int
    document: Any = field(default=None, repr=False)
    fault: str = ""
    link: str = field(default="", repr=False)
    retry_after: float | None = None
    remaining: int | None = None
    reset: int | None = None
    date: float | None = None
    permissions: str = field(default="", repr=False)
    redirect: str | None = None


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing came back, or not all of it. `sent` is false only where the request provably never left."""

    failure: Failure
    sent: bool


class Body:
    """A body of JSON that can be sent once and knows whether it was.

    The HTTP library connects, sends the headers, and only then iterates the body: while `sent` is false, GitHub has
    no whole request and did nothing.
    """

    __slots__ = ("_payload", "sent")

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._payload = json.dumps(document, ensure_ascii=True).encode("ascii")
        self.sent = False

    def __len__(self) -> int:
        return len(self._payload)

    def __iter__(self) -> Iterator[bytes]:
        self.sent = True
        yield self._payload
