"""The program's entry: from a new process to what its arguments ask for.

It imports next to nothing, so that what is asked for at once is answered at once.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from sarv_sync.cli import hygiene
from sarv_sync.cli.at_once import answered_at_once

if TYPE_CHECKING:
    from collections.abc import Sequence


_MADE_BETWEEN_COLLECTIONS = 50_000
"""How many objects more there may be before cycles are looked for.

A plan's modules come to about as many, and all of them stay: with Python's own 700 they are looked through eighty
times, which is a tenth of the time of a small plan.
"""


def main() -> None:
    """Run the program and exit. SIGTERM and SIGHUP end it as SIGINT does, unless a command knows better."""
    hygiene.forbid_dumps()
    hygiene.mind_words()
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # started with nohup, or by a shell that goes on alone
            signal.signal(number, _interrupt)
    gc.set_threshold(_MADE_BETWEEN_COLLECTIONS, 10, 10)
    _leave(run(sys.argv[1:]))


def _leave(code: int) -> NoReturn:
    """End the process. The interpreter would first take apart all it has loaded: a sixth of the time of a plan."""
    atexit._run_exitfuncs()  # noqa: SLF001 - the only way to have them run and the rest left
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _interrupt(number: int, frame: object) -> NoReturn:  # noqa: ARG001 - the signal module's signature
    raise KeyboardInterrupt


def run(arguments: Sequence[str]) -> int:
    """Run the program with `arguments`; return its exit code. Nothing but `SystemExit` of the interpreter escapes."""
    _prepare_streams()
    if answered_at_once(arguments):
        return 0
    from sarv_sync.cli.program import run_command

    return run_command(arguments)


def _prepare_streams() -> None:
    """Let every stream exist and take every character, whatever the program was started with.

    A stream that was closed beforehand is None. Opened here, nothing that is opened later can land in its place.
    """
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), "r" if name == "stdin" else "w"))
        elif name != "stdin" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
