"""Running until somebody asks to stop."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_STOP = frozenset({signal.SIGINT, signal.SIGTERM})


@contextmanager
def stop_signals() -> Iterator[Callable[[], object]]:
    """Hold SIGINT and SIGTERM back, and give a function that waits for one of them.

    Held back from before the server starts, a signal cannot fall between being ready and waiting, and the threads
    started meanwhile never get one.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOP)
    try:
        yield lambda: signal.sigwait(_STOP)
    finally:
        while signal.sigpending() & _STOP:  # a second Ctrl-C must not break the clean end
            signal.sigwait(_STOP)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
