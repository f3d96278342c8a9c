"""What happens to requests on demand: faults, and hooks with which a test decides who comes first."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tests.forge.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.forge.records import Call

Fault = Answer | Literal["drop-before", "drop-after"]
"""An answer in place of the real one (nothing is carried out), or a connection that breaks off before the request
was carried out, or after: then it was, and nobody hears of it."""

BAD_GATEWAY = Answer(502, {"message": "Server Error"})


def secondary_limit(retry_after: int | None = 1, status: int = 403) -> Answer:
    """Return what GitHub says when it is asked too much in too short a time."""
    message = (
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. "
        "If you reach out to GitHub Support for help, please include the request ID."
    )
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Answer(status, {"message": message}, headers)


@dataclass
class _Planned:
    method: str
    part: str
    left: int | None

    def takes(self, call: Call) -> bool:
        if self.method not in {call.method, "*"} or self.part not in call.path or self.left == 0:
            return False
        if self.left is not None:
            self.left -= 1
        return True


class Events:
    """What was planned, by method ("*" for all) and a part of the path, for so many requests (None: all)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[tuple[_Planned, Fault]] = []
        self._before: list[tuple[_Planned, Callable[[Call], None]]] = []
        self._after: list[tuple[_Planned, Callable[[Call], None]]] = []

    def fail(self, method: str, part: str, fault: Fault, times: int | None = 1) -> None:
        """Have requests end in a fault."""
        self._faults.append((_Planned(method, part, times), fault))

    def forgive(self, part: str) -> None:
        """Let no more requests end in the faults that were planned for `part`."""
        with self._lock:
            self._faults = [(planned, fault) for planned, fault in self._faults if planned.part != part]

    def before(self, method: str, part: str, hook: Callable[[Call], None], times: int | None = None) -> None:
        """Call `hook` before requests are carried out, in their own thread: others go on meanwhile."""
        self._before.append((_Planned(method, part, times), hook))

    def after(self, method: str, part: str, hook: Callable[[Call], None], times: int | None = None) -> None:
        """Call `hook` after requests were carried out, before they are answered."""
        self._after.append((_Planned(method, part, times), hook))

    def fault_for(self, call: Call) -> Fault | None:
        with self._lock:
            return next((fault for planned, fault in self._faults if planned.takes(call)), None)

    def happen_before(self, call: Call) -> None:
        self._happen(self._before, call)

    def happen_after(self, call: Call) -> None:
        self._happen(self._after, call)

    def _happen(self, hooks: list[tuple[_Planned, Callable[[Call], None]]], call: Call) -> None:
        with self._lock:
            due = [hook for planned, hook in hooks if planned.takes(call)]
        for hook in due:
            hook(call)
