"""Jobs that keep a comment: what each has to say, and how they wait for one another without a clock."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sarv_sync.github.comment import keep_comment
from sarv_sync.model.github_texts import COMMENT_MARKER as MARKER
from tests.forge.client import client

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.forge.records import Call
    from tests.forge.server import Forge

REPOSITORY = "acme/mail"
BOT = "github-actions[bot]"
GENERATIONS = 6


@dataclass(frozen=True)
class Part:
    """What the job of one main file has to say. The text has a line for each file."""

    name: str
    says: str = "1"

    def merged(self, existing: Sequence[str]) -> str:
        parts = [line.partition("=") for body in reversed(existing) for line in body.splitlines()[1:]]
        found = {name: said for name, _, said in parts} | {self.name: self.says}
        return text(**found)

    def is_in(self, body: str) -> bool:
        return f"{self.name}={self.says}" in body.splitlines()


def text(**parts: str) -> str:
    return "\n".join([MARKER, *(f"{name}={said}" for name, said in sorted(parts.items()))])


def nothing(_: float) -> None:
    """Do not wait."""


def least(_: float) -> float:
    return 0.0


def keep(forge: Forge, number: int, part: Part, pause: Callable[[float], None] = nothing, token: str = "t") -> str:
    with client(forge, token) as api:
        return keep_comment(api, REPOSITORY, number, BOT, part, pause, least)


@dataclass
class Windows:
    """Which jobs have read and not yet written. To pause is to wait until those that did then have written.

    That is what a pause is for, said without seconds: `GENERATIONS` times, since one overwriting may follow another.
    """

    changed: threading.Condition = field(default_factory=threading.Condition)
    opened: dict[str, int] = field(default_factory=dict)
    count: int = 0

    def watch(self, forge: Forge) -> None:
        forge.events.before("GET", "/comments", self._open)

    def pause(self, token: str) -> None:
        self.close(token)
        for _generation in range(GENERATIONS):
            with self.changed:
                waited_for = set(self.opened.items())
                self.changed.wait_for(lambda: not waited_for & set(self.opened.items()), timeout=60)  # noqa: B023

    def close(self, token: str) -> None:
        with self.changed:
            self.opened.pop(f"Bearer {token}", None)
            self.changed.notify_all()

    def _open(self, call: Call) -> None:
        with self.changed:
            self.count += 1
            self.opened[call.headers["authorization"]] = self.count


def all_at_once(forge: Forge, number: int, names: Sequence[str]) -> None:
    """Run the jobs of these files at the same time, each with a token of its own, until all are content."""
    windows, failures = Windows(), list[BaseException]()
    windows.watch(forge)

    def job(name: str) -> None:
        try:
            keep(forge, number, Part(name), lambda _: windows.pause(name), token=name)
        except BaseException as error:  # noqa: BLE001 - it is told by the thread that joins
            failures.append(error)
        finally:
            windows.close(name)

    for name in names:
        forge.add_token(name, BOT, {"pull-requests": "write"})
    threads = [threading.Thread(target=job, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
