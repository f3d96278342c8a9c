"""A process that kills itself at one of its steps.

Steps are before: some bytes of a request are sent, an answer is waited for, a file is changed, another program is
started; and after: an answer, a write (which may be to another program), the start and the end of a program. With
`both` they are after all the rest, too, where nobody outside sees more than before the next step. Whatever is done is
done for real. Steps count from the first call that changes the account, or from the `beginning` of it all.
"""

from __future__ import annotations

import functools
import http.client
import os
import signal
import subprocess
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST = (b"/addSmtp", b"/resetSmtpPassword", b"/editSmtp")
_CHANGES = ("pwrite", "ftruncate", "fsync", "rename", "replace", "link", "unlink", "mkdir")


class _Steps:
    """Counts, and writes each step down in the file `log` before it is reached."""

    def __init__(self, last: int, log: str) -> None:
        self._last, self._number = last, 0
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._write = os.write
        self._turn = threading.Lock()
        self.begun = False

    def reach(self, what: str) -> None:
        if not self.begun:
            return
        with self._turn:
            self._number += 1
            self._write(self._log, f"{what}\n".encode())
            if self._number == self._last:
                os.kill(os.getpid(), signal.SIGKILL)


def die_at(last: int, log: str, *, both: bool = False, beginning: bool = False) -> None:
    """Have this process die at that step, the first being 1. The file `log` gets a line for each that it reaches."""
    steps = _Steps(last, log)
    steps.begun = beginning
    os.write = _stepping(steps, os.write, "write")
    for name in _CHANGES:
        setattr(os, name, _stepping(steps, getattr(os, name), name, after=both))
    connection: Any = http.client.HTTPConnection
    connection.send = _sending(steps, _stepping(steps, connection.send, "sending", after=both))
    connection.getresponse = _stepping(steps, connection.getresponse, "an answer")
    program: Any = subprocess.Popen
    program.__init__ = _stepping(steps, program.__init__, "the start of a program")
    program.poll = _ending(steps, program.poll)


def _stepping(steps: _Steps, real: Callable[..., Any], what: str, *, after: bool = True) -> Callable[..., Any]:
    @functools.wraps(real)
    def stepping(*arguments: Any, **options: Any) -> Any:
        steps.reach(f"before {what}")
        done = real(*arguments, **options)
        if after:
            steps.reach(f"after {what}")
        return done

    return stepping


def _sending(steps: _Steps, stepping: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(stepping)
    def sending(connection: Any, data: Any) -> None:
        line = bytes(data).partition(b"\r\n")[0]
        if any(call in line for call in _FIRST):
            steps.begun = True
        stepping(connection, data)

    return sending


def _ending(steps: _Steps, poll: Callable[..., int | None]) -> Callable[..., int | None]:
    @functools.wraps(poll)
    def polling(program: Any) -> int | None:
        known = program.returncode is not None
        code = poll(program)
        if not known and code is not None:
            steps.reach("after the end of a program")
        return code

    return polling
