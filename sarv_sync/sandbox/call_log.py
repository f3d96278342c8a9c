"""What was asked of the sandbox, without any of the values."""

from __future__ import annotations

import threading
from collections import deque
from typing import NamedTuple

KEPT = 1_000_000
"""How many calls are remembered."""


class LoggedCall(NamedTuple):
    """One call and the word for how it ended.

    `call` is one of the four, or `unknown`. `outcome` is `success`, the class of a published error, or the word of
    the fault that wrote, or withheld, the answer.
    """

    call: str
    outcome: str


class CallLog:
    """The calls in the order of their answers. Safe to use from any thread."""

    def __init__(self) -> None:
        self._calls: deque[LoggedCall] = deque(maxlen=KEPT)
        self._lock = threading.Lock()

    def append(self, call: str, outcome: str) -> None:
        """Note a call. Done before its answer is sent, so that whoever has the answer finds the call here."""
        with self._lock:
            self._calls.append(LoggedCall(call, outcome))

    def all(self) -> tuple[LoggedCall, ...]:
        """Return every call remembered, oldest first."""
        with self._lock:
            return tuple(self._calls)
