"""Bodies out and answers in: what goes over the wire, before anybody judges it."""

from __future__ import annotations

import json
import re
from dataclasses import field
from typing import TYPE_CHECKING, Any

from sarv_sync.model.secret import Secret
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sarv_sync.errors import Transient

    Keep = Callable[[dict[str, Any]], Any]

_HTML = re.compile(rb"\s*<")


class RequestBody:
    """The JSON body of one call. It knows whether it was ever asked for.

    The HTTP library connects, sends the headers, and only then iterates the body. So while `sent` is false, no byte
    of the body, the credentials among them, can have left: whatever happened, the provider did nothing. It has
    neither `read` nor `tell` and can be iterated once, so that no layer below can send it again.
    """

    __slots__ = ("_payload", "sent")

    def __init__(self, owner_id: str, token: Secret, fields: Mapping[str, object]) -> None:
        document = {"owner_id": owner_id, "token": token.reveal(), **fields}
        self._payload = Secret(json.dumps(document, ensure_ascii=True))
        self.sent = False

    def __len__(self) -> int:
        return len(self._payload.reveal())

    def __iter__(self) -> Iterator[bytes]:
        if self.sent:
            raise ValueError("the request would have been sent twice")
        self.sent = True
        yield self._payload.reveal().encode("ascii")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the HTTP status and the JSON object of the body, or why there is none (`fault`).

    `redirect` is the host that a 3xx answer points to. `retry_after` are the seconds that the provider asks to wait
    before the next call, `date` is its clock as it states it: both None where it does not say.
    """

    status: int
    body: Mapping[str, Any] | None = field(repr=False)
    fault: str = ""
    redirect: str | None = None
    retry_after: float | None = None
    date: str | None = None

    @property
    def outcome(self) -> str:
        """What the provider says, in a word for the log."""
        if success_body(self) is not None:
            return "success"
        return "error" if self.error_classes else "unusable"

    @property
    def error_classes(self) -> tuple[str, ...]:
        """The provider's classes of the error, from `name` and `type` (the page has both). Empty without one."""
        if self.body is None or self.body.get("status") != "error":
            return ()
        values = (self.body.get("name"), self.body.get("type"))
        return tuple(dict.fromkeys(value for value in values if isinstance(value, str) and value))


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing came back, or not all of it. `sent` is false only if the request provably never left."""

    message: str
    hint: str
    sent: bool
    transient: Transient | None = None

    @property
    def outcome(self) -> str:
        """What became of the call, in a word for the log."""
        return "unanswered" if self.sent else "unsent"


def success_body(answer: Answer | NoAnswer) -> Mapping[str, Any] | None:
    """Return the body of an answer that says success; the fields it promises are still to be looked at. Else None."""
    match answer:
        case Answer(status=200, body={"status": "success"} as body):
            return body
        case _:
            return None


def parse(payload: bytearray, keep: Keep | None = None) -> tuple[dict[str, Any] | None, str]:
    """Return the JSON object in `payload`, or None and what is there instead. Raises nothing: errors hold text.

    `payload` is emptied: the bytes of a large account are not needed beside its text. `keep`, if given, is shown
    every object in the document, the inner ones first, and returns what takes its place.
    """
    if not payload or payload.isspace():
        return None, "nothing"
    fault = "HTML, not JSON" if _HTML.match(payload) else "no valid JSON"
    try:
        text = payload.decode("utf-8-sig")
        payload.clear()
        document = json.loads(text, object_hook=keep)
        if keep is not None and not isinstance(document, dict):
            document = json.loads(text)  # it is for what is inside: the whole answer stays what it is
    except (ValueError, RecursionError):
        return None, fault
    return (document, "") if isinstance(document, dict) else (None, "JSON, but no object")
