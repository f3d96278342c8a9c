"""What a machine had to do beside what is measured. Whoever reads the figures should know how quiet it was."""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path


class Beside:
    """Counts from its creation on. `own` is processor time, in seconds, that is no child's and not to be counted."""

    def __init__(self, own: float = 0.0) -> None:
        self._own = own
        self._start = time.monotonic()
        self._busy = _busy_seconds()
        self._children = _children_seconds()

    def cores(self, own: float = 0.0) -> float | None:
        """Return how many cores all other processes kept busy on average; None where that cannot be known."""
        busy = _busy_seconds()
        if busy is None or self._busy is None:
            return None
        measured = _children_seconds() - self._children + own - self._own
        return max(0.0, busy - self._busy - measured) / (time.monotonic() - self._start)


def words(cores: float | None) -> str:
    """Return what `Beside.cores` found, for a table."""
    return "-" if cores is None else f"{cores:.2f}"


def _busy_seconds() -> float | None:
    """Return the seconds that all cores were busy for anybody (Linux, proc(5))."""
    try:
        first = Path("/proc/stat").read_text(encoding="ascii").partition("\n")[0]
    except OSError:
        return None
    user, nice, system, _idle, _waiting, interrupts, soft_interrupts, stolen = map(int, first.split()[1:9])
    ticks = user + nice + system + interrupts + soft_interrupts + stolen
    return ticks / os.sysconf("SC_CLK_TCK")


def _children_seconds() -> float:
    """Return the processor time of the processes that this one started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
