"""Keeping what this process knows inside it: no dumps of its memory, and no words of an exception by accident.

What `run` catches is told by `bug`. Here is what gets past it: a thread of a library, a warning, an object that fails
while it is taken apart. Python would print each with the text of the exception, and that may quote anything.
"""

from __future__ import annotations

import sys
import threading
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

_PR_SET_DUMPABLE = 4


def forbid_dumps() -> None:
    """Let no crash leave the memory in a file, and no other process of the same user read it. As far as possible.

    The limit alone does not count where the kernel hands dumps to a program (`|` in core_pattern). Not dumpable, the
    process keeps its memory and its `/proc/PID/environ` from everybody but root, too. A program that it starts is as
    it always was, except that the limit is passed on.
    """
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    if sys.platform == "linux":
        # Hardened systems do not let ctypes load: it wants memory that can be written and run (MemoryError).
        with suppress(ImportError, OSError, AttributeError, MemoryError):
            import ctypes

            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def mind_words() -> None:
    """Have Python say of an exception or warning that nobody caught what kind it is and where, and nothing else."""
    sys.excepthook = lambda _, error, __: _say(error)
    threading.excepthook = lambda args: _say(args.exc_value)
    sys.unraisablehook = lambda args: _say(args.exc_value)
    warnings.showwarning = lambda _, kind, file, line, *__, **___: _write(
        f"warning: {kind.__name__} at {file}:{line}"
    )


def _say(error: BaseException | None) -> None:
    match error:
        case KeyboardInterrupt():
            _write("error: interrupted")
        case Exception():
            _write(f"warning: uncaught {type(error).__name__}{_place(error.__traceback__)}")


def _place(frames: TracebackType | None) -> str:
    """Return where an exception was raised."""
    if frames is None:
        return ""
    while frames.tb_next is not None:
        frames = frames.tb_next
    return f" at {frames.tb_frame.f_code.co_filename}:{frames.tb_lineno}"


def _write(line: str) -> None:
    from sarv_sync.model.visible import printable

    with suppress(OSError, ValueError, AttributeError):  # a stream that is closed, or gone at the end of the process
        sys.stderr.write(f"{printable(line)}\n")
