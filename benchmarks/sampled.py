"""Runs the program and tells in what part of it the processor time goes.

The command line is that of the program, after the name of a file for the result: a JSON object of seconds by part.
Every millisecond of processor time a signal looks at the stack. While C code runs the signal has to wait, so what
passed since the last one counts, and goes to whoever called the C code.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

_EVERY = 0.001
"""Seconds."""
_PARTS = {
    "config": "files",
    "compiled": "files",
    "state": "state",
    "provider": "account",
    "transport": "account",
    "planning": "planning",
    "applying": "applying",
    "reporting": "output",
    "cli": "output",
}
"""What a package does, for people."""

_OURS = "/sarv_sync/"


class Sampler:
    """Seconds of processor time, by part."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._last = 0.0  # from the start of the process: what the interpreter took is part of it

    def look(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - a signal handler's signature
        now = time.process_time()
        self.seconds[_part(frame)] += now - self._last
        self._last = now


def _part(frame: FrameType | None) -> str:
    part = None
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith("<frozen importlib"):
            return "imports"
        if part is None and _OURS in file:
            part = _PARTS.get(file.rpartition(_OURS)[2].partition("/")[0])
        frame = frame.f_back
    return part or "rest"


def main() -> None:
    result, *arguments = sys.argv[1:]
    sampler = Sampler()
    signal.signal(signal.SIGPROF, sampler.look)
    signal.setitimer(signal.ITIMER_PROF, _EVERY, _EVERY)
    from sarv_sync.cli.main import run

    code = run(arguments)
    sampler.look(0, None)
    signal.setitimer(signal.ITIMER_PROF, 0)
    Path(result).write_text(json.dumps(sampler.seconds), encoding="utf-8")
    os._exit(code)  # as the program does: nothing is taken apart


if __name__ == "__main__":
    main()
