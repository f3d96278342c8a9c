"""Running a program of the user's: what it is told, for how long, and what it said.

Everything stays in memory: what is said to it, and what it says, may be a password. Only its own end is waited for,
not that of the pipes, which something it left running may hold open.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

MOST = 1 << 16
"""Bytes of a program's output that are kept. What goes beyond is read and dropped, so that it does not wait."""

_PIECE = 1 << 16
_MOST_PIECES = 16
"""No pipe holds more, and something that goes on talking when the program has ended is not listened to."""

_LOOK = 0.02
"""Seconds after which a program is asked whether it has ended, if it says nothing meanwhile."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended. `code` is None if it did not, and was killed with all that it had started.

    `said` is its output, standard error included; None if that was more than `MOST`.
    """

    code: int | None
    said: bytes | None


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str], given: bytes, patience: float) -> Ended:
    """Run `command` in `folder` with `given` as its standard input, for `patience` seconds at most.

    It need not read what it is given. Raises `OSError` if it cannot be run.
    """
    process = subprocess.Popen(  # noqa: S603 - the argv list of the reviewed file, and no shell
        command,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        bufsize=0,
        start_new_session=True,  # whoever presses Ctrl-C stops this program, not the delivery that it is at
    )
    with closing(_Talk(process, given)) as talk:
        try:
            code = talk.until(time.monotonic() + patience)
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        return Ended(code, talk.said)


class _Talk:
    """Both pipes of a process, read and written as it is ready for that."""

    def __init__(self, process: subprocess.Popen[bytes], given: bytes) -> None:
        self._process = process
        self._unsaid = given
        self._output = bytearray()
        self._pipes = selectors.DefaultSelector()
        for pipe, event in ((process.stdin, selectors.EVENT_WRITE), (process.stdout, selectors.EVENT_READ)):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)
                self._pipes.register(pipe, event, data=pipe)

    def close(self) -> None:
        """Let go of the pipes."""
        for key in tuple(self._pipes.get_map().values()):
            self._close(key)
        self._pipes.close()

    @property
    def said(self) -> bytes | None:
        """All of the output, None if that was too much."""
        return bytes(self._output) if len(self._output) <= MOST else None

    def until(self, end: float) -> int | None:
        """Talk until the process ends, and return how; None if that is not before `end`."""
        while self._process.poll() is None:
            left = end - time.monotonic()
            if left <= 0:
                return None
            self._exchange(min(left, _LOOK))
        for _ in range(_MOST_PIECES):  # what it still had in the pipe
            if not self._exchange(0):
                break
        return self._process.returncode

    def _exchange(self, patience: float) -> bool:
        """Read and write what is possible now, or becomes so within `patience`; return whether anything was."""
        ready = self._pipes.select(patience)
        for key, event in ready:
            if event & selectors.EVENT_READ:
                self._read(key)
            else:
                self._write(key)
        return bool(ready)

    def _read(self, key: selectors.SelectorKey) -> None:
        data = os.read(key.fd, _PIECE)
        if not data:
            self._close(key)
        elif len(self._output) <= MOST:
            self._output += data

    def _write(self, key: selectors.SelectorKey) -> None:
        try:
            self._unsaid = self._unsaid[os.write(key.fd, self._unsaid) :]
        except BrokenPipeError:  # it does not want to know
            self._unsaid = b""
        if not self._unsaid:
            self._close(key)

    def _close(self, key: selectors.SelectorKey) -> None:
        self._pipes.unregister(key.fileobj)
        key.data.close()
