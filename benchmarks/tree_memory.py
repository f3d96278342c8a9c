"""What a process and all that it started hold at once. Linux tells (proc(5)); elsewhere nobody is asked."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from process import Process

_PAUSE = 0.02


def peak_of_tree(process: Process) -> int | None:
    """Run the command and return the most that its processes held together, in bytes; None if that cannot be known.

    They are looked at many times a second, and what several share counts once. Looking takes time, so that of
    this run is worth nothing. Raises `CalledProcessError` as `Process.run` does.
    """
    if not Path("/proc/self/smaps_rollup").exists():
        return None
    peak = 0
    environment = {**os.environ, **process.environment}
    with subprocess.Popen(
        process.arguments, cwd=process.folder, env=environment, stdout=subprocess.DEVNULL
    ) as running:
        while running.poll() is None:
            peak = max(peak, sum(map(_share, _tree(running.pid))))
            time.sleep(_PAUSE)
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, process.arguments)
    return peak


def _tree(process: int) -> Iterator[int]:
    yield process
    with suppress(OSError):  # it ended meanwhile
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            for child in children.read_text(encoding="ascii").split():
                yield from _tree(int(child))


def _share(process: int) -> int:
    """Return the memory of a process, that which it shares with others by their number."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
