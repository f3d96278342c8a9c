"""Ending an apply on request, with nothing half written."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


class Signals:
    """What SIGINT and SIGTERM do: end the program at once, or, while it writes, set `stop`."""

    def __init__(self) -> None:
        self.stop = Event()
        self._gentle = False

    @contextmanager
    def uninterrupted(self) -> Iterator[None]:
        """Let the first signal only set `stop`: no new call begins, what is under way is recorded.

        A second one ends the program at once; what was under way is in the journal.
        """
        self._gentle = True
        try:
            yield
        finally:
            self._gentle = False

    def handle(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the signal module's signature
        """Act on a signal."""
        if not self._gentle or self.stop.is_set():
            raise KeyboardInterrupt
        self.stop.set()


@contextmanager
def heeding_signals() -> Iterator[Signals]:
    """Yield what decides about signals for the length of the context."""
    signals = Signals()
    previous = {number: signal.signal(number, signals.handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield signals
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
