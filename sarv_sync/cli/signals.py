"""Ending an apply on request, with nothing half written."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sarv_sync.errors import EXIT_INTERRUPTED
from sarv_sync.model.switch import Switch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Signals:
    """What SIGINT, SIGTERM and SIGHUP do: end the program at once, or, while it writes, set `stop`."""

    def __init__(self) -> None:
        self.stop = Switch()
        self._gentle = False

    @contextmanager
    def uninterrupted(self) -> Iterator[None]:
        """Let the first signal only set `stop`: no new call begins, what is under way is recorded.

        A second one ends the program at once, as a crash would, without waiting for the calls under way: they are
        in the journal, and the next run takes the lock over. A second SIGHUP does not: when a terminal goes away, it
        may come from the kernel and from the shell.
        """
        self._gentle = True
        try:
            yield
        finally:
            self._gentle = False

    def handle(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the signal module's signature
        """Act on a signal."""
        if not self._gentle:
            raise KeyboardInterrupt
        if self.stop.is_set() and number != signal.SIGHUP:
            # An exception would have to wait for the threads that make the calls.
            os._exit(EXIT_INTERRUPTED)
        self.stop.set()


@contextmanager
def heeding_signals() -> Iterator[Signals]:
    """Yield what decides about signals for the length of the context."""
    signals = Signals()
    heeded = [number for number in _ENDING if signal.getsignal(number) is not signal.SIG_IGN]  # nohup, and the like
    previous = {number: signal.signal(number, signals.handle) for number in heeded}
    try:
        yield signals
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
