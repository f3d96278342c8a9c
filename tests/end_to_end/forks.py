"""The program in processes that start quickly, under blows at its system calls."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.end_to_end.workplace import Ended, Workplace

ROOT = Path(__file__).parents[2]

_PATIENCE = 60


class Blow(NamedTuple):
    """What strace does to a system call: `what` in its own words (`signal=KILL`, `error=EIO`), `when` it is reached.

    It counts the calls of each thread by themselves. `thread` leaves out all but one: 1 is the first that the program
    starts.
    """

    call: str
    what: str
    when: str
    thread: int = 0

    def options(self, log: Path) -> list[str]:
        """Return strace's options, with `log` for a log of this system call alone."""
        inject = f"inject={self.call}:{self.what}:when={self.when}"
        threads = [] if self.thread else ["-f"]
        return [*threads, "-o", str(log), "-e", f"trace={self.call}", "-e", inject]


@dataclass(frozen=True, slots=True)
class Struck:
    """How a run under attack ended, and whether the blow landed."""

    run: Ended
    landed: bool


def struck(run: Ended, log: Path) -> Struck:
    """Read from strace's log, which is missing if it had nothing to trace, what a blow did."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return Struck(run, landed=run.code == -signal.SIGKILL or "(INJECTED)" in text)


class Forks:
    """The program, forked off a process that has loaded it already; `folder` is for what it says.

    That process has also imported `modules`; see `forking`. There is one run at a time: `free` is held by whoever may
    have others beside it.
    """

    def __init__(self, strace: str, folder: Path, modules: Sequence[str] = ()) -> None:
        self._out, self._err, self._log, self._steps = (folder / name for name in ("out", "err", "log", "steps"))
        self._command = [sys.executable, "-m", "tests.end_to_end.forking", strace, *modules]
        self._server = self._started()
        self.free = threading.Lock()

    def run(self, work: Workplace, *arguments: str, **changed: Any) -> Ended:
        """Run the program to its end, in another folder or with another environment if they are given."""
        return self._order(work, arguments, None, **changed)

    def strike(self, work: Workplace, blow: Blow, *arguments: str) -> Struck:
        """Run the program under attack."""
        self._log.unlink(missing_ok=True)
        ended = self._order(work, arguments, blow.options(self._log), thread=blow.thread)
        return struck(ended, self._log)

    def die(
        self, work: Workplace, step: int, *arguments: str, both: bool = False, beginning: bool = False
    ) -> tuple[Ended, list[str]]:
        """Run the program, and let it die at a step if it gets there. Return also the steps that it took.

        See `dying` for what counts.
        """
        ended = self._order(work, arguments, None, die=step, both=both, beginning=beginning)
        return ended, self._steps.read_text(encoding="utf-8").splitlines()

    def close(self) -> None:
        """End the process, and with it whatever hangs."""
        os.killpg(self._server.pid, signal.SIGKILL)
        self._server.communicate()

    def _started(self) -> subprocess.Popen[str]:
        # Nothing that measures coverage is in the environment: it would make system calls of its own.
        return subprocess.Popen(
            self._command,
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def _order(self, work: Workplace, arguments: tuple[str, ...], strace: list[str] | None, **more: Any) -> Ended:
        order = {
            "arguments": arguments,
            "folder": str(work.path),
            "environment": {**work.environment, "HOME": str(work.path)},
            "out": str(self._out),
            "err": str(self._err),
            "strace": strace,
            "thread": 0,
            "die": 0,
            "steps": str(self._steps),
            "both": False,
            "beginning": False,
            **more,
        }
        orders, ends = self._server.stdin, self._server.stdout
        assert orders is not None
        assert ends is not None
        orders.write(json.dumps(order) + "\n")
        orders.flush()
        if not select.select([ends], [], [], _PATIENCE)[0]:
            self.close()
            self._server = self._started()  # or the next run would be told how this one ended
            pytest.fail("the run does not end")
        code = int(ends.readline())
        return Ended(code, self._out.read_bytes(), self._err.read_bytes())
