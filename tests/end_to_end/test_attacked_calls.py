"""The promise, system call by system call: whichever one an apply dies at, or is refused, the next apply finishes.

strace kills the process, or lets the call fail, at the first, the second, … call of a kind, until there is no such
call any more. Where it is missing these tests are skipped, but not in CI. `SARV_SYNC_SEARCH=deep` strikes every call
also where several threads make them, or where an apply was killed before: else, every third is struck there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.attack import DESIRED, HEAD, STATE, assert_told, assert_whole, entries, scene
from tests.end_to_end.conftest import POINTS
from tests.end_to_end.forks import Blow, Forks, Struck, struck
from tests.end_to_end.workplace import Ended, Workplace, command

APPLY = ("apply", "--auto-approve")
KILL, EIO, ENOSPC, RESET = "signal=KILL", "error=EIO", "error=ENOSPC", "error=ECONNRESET"
REASONS = {EIO: "Input/output error", ENOSPC: "No space left on device"}
PLAN_EVERY = 10
WORKER = 1
"""The thread that makes the requests, counted as the process starts them."""

Record = Callable[[str, object], None]


class Sweep(NamedTuple):
    """Which calls are struck, one after the other, each in an apply of its own.

    The main thread makes the first request and writes everything; at parallelism 1, one other thread makes all other
    requests. Unless a `thread` is given, whichever is the first to make its nth call is struck. With `lasting`, all
    the calls that follow are struck, too. With `second`, an earlier apply was killed already, before it could write
    down what it had made.
    """

    call: str
    what: str
    thread: int = 0
    step: int = 1
    lasting: bool = False
    second: bool = False
    parallelism: int = 1
    retry_for: str = "0s"

    def __str__(self) -> str:
        usual = {"call": self.call, "what": self.what, **self._field_defaults}
        special = [f"{name}={value}" for name, value in self._asdict().items() if value != usual[name]]
        return " ".join([self.call, self.what, *special])

    def blow(self, nth: int) -> Blow:
        return Blow(self.call, self.what, f"{nth}+" if self.lasting else str(nth), self.thread)

    def assert_told(self, ended: Ended, sandbox: Sandbox) -> None:
        """A lost answer can be made up for, a write that failed cannot."""
        asked = self.call in {"sendto", "recvfrom"}
        assert_told(ended, sandbox, "the connection broke" if asked else REASONS[self.what], healed=asked)


SOME = 1 if os.environ.get("SARV_SYNC_SEARCH") == "deep" else 3

SWEEPS = [
    *(Sweep(call, what) for call in ("rename", "fsync", "write") for what in (KILL, EIO, ENOSPC)),
    *(Sweep("sendto", what, WORKER) for what in (KILL, EIO)),
    Sweep("sendto", ENOSPC, WORKER, retry_for="2s"),
    *(Sweep("recvfrom", what, WORKER) for what in (KILL, RESET)),
    *(Sweep(call, KILL) for call in ("pwrite64", "ftruncate")),
    Sweep("rename", ENOSPC, lasting=True),
    Sweep("fsync", EIO, lasting=True),
    Sweep("sendto", EIO, step=5, lasting=True),
    *(Sweep(call, KILL, step=SOME, parallelism=4) for call in ("rename", "fsync", "write", "sendto", "recvfrom")),
    Sweep("sendto", EIO, step=SOME, parallelism=4),
    Sweep("recvfrom", RESET, step=SOME, parallelism=4),
    *(Sweep(call, KILL, step=SOME, second=True) for call in ("rename", "fsync", "recvfrom")),
]

EARLIER = Blow("rename", KILL, "3")
TRIES = 3
"""How often in a row there has to be no nth call: no two applies share out their work alike."""


@pytest.fixture(scope="module")
def strace() -> str:
    found = shutil.which("strace")
    if found is None:
        assert "CI" not in os.environ, "strace has to be installed: without it these tests prove nothing"
        pytest.skip("strace is not installed")
    return found


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in memory where there is one: the calls are the same, and no disk is waited for."""
    shared = Path("/dev/shm")
    parent = shared if os.access(shared, os.W_OK) else tmp_path_factory.getbasetemp()
    with tempfile.TemporaryDirectory(dir=parent) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def forks(strace: str, memory: Path) -> Iterator[Forks]:
    forks = Forks(strace, memory)
    yield forks
    forks.close()


def survived(forks: Forks, folder: Path, sweep: Sweep, nth: int) -> Struck:
    """Strike the nth call of an apply, if there is one, and see the next apply finish."""
    sys.stdout.write(f"{sweep} {nth}\n")
    with scene(folder, HEAD.replace("retry_for: 0s", f"retry_for: {sweep.retry_for}")) as (work, sandbox):
        format_ = "text" if sweep.call == "write" else "json"  # text is written twice, plan and result
        options = ("--format", format_, "--parallelism", str(sweep.parallelism))
        if sweep.second:
            assert forks.strike(work, EARLIER, *APPLY, *options).landed
            assert unheard(work, sandbox)
        attacked = forks.strike(work, sweep.blow(nth), *APPLY, *options)
        if not attacked.landed:
            assert attacked.run.code == 0, attacked.run.said
        elif sweep.what != KILL:
            sweep.assert_told(attacked.run, sandbox)
        again = forks.run(work, *APPLY)
        assert again.code == 0, again.said
        assert_whole(work, sandbox)
        if nth % PLAN_EVERY == 0:
            plan = forks.run(work, "plan", "--detailed-exitcode")
            assert plan.code == 0, plan.said
        if debris(work):
            assert_in_nobodys_way(forks, work)
    return attacked


def unheard(work: Workplace, sandbox: Sandbox) -> bool:
    """Whether there is a user that no name owns yet."""
    return len(sandbox.account.users()) - 1 > len(work.state()["bindings"])


def debris(work: Workplace) -> bool:
    """Whether a lock or a next document was left behind, by a run that ended when there was nothing more to do."""
    return work.state()["lock"] is not None or f"{STATE}.tmp" in work.files()


def assert_in_nobodys_way(forks: Forks, work: Workplace) -> None:
    """A run that has something to do takes over what was left behind."""
    work.users(entries({**DESIRED, "tenant-00": (1, 1, "Enable")}), HEAD)
    ended = forks.run(work, *APPLY)
    assert ended.code == 0, ended.said
    assert "took over the lock" in ended.err
    assert not debris(work)


@pytest.mark.parametrize("sweep", SWEEPS, ids=str)
def test_whichever_call_an_apply_dies_at_or_is_refused_the_next_one_finishes(
    sweep: Sweep, forks: Forks, memory: Path, record_property: Record
) -> None:
    for nth in count(1, sweep.step):
        if not any(survived(forks, memory / "work", sweep, nth).landed for _ in range(TRIES)):
            break
        record_property(POINTS, 1)
    assert nth > 1, "there is such a call"


@pytest.mark.parametrize("what", [KILL, EIO, ENOSPC])
@pytest.mark.parametrize("nth", [1, 2])
def test_the_first_request_of_an_apply_can_fail_and_does_no_harm(
    what: str, nth: int, forks: Forks, memory: Path, record_property: Record
) -> None:
    attacked = survived(forks, memory / "work", Sweep("sendto", what), nth)
    assert attacked.landed
    assert what == KILL or attacked.run.code == 1
    record_property(POINTS, 1)


ALONE = [
    Blow("rename", KILL, "7"),
    Blow("fsync", EIO, "11"),
    Blow("write", ENOSPC, "8"),
    Blow("sendto", KILL, "31"),
    Blow("sendto", EIO, "20"),
    Blow("recvfrom", RESET, "15"),
]


@pytest.mark.parametrize("blow", ALONE, ids=lambda blow: " ".join(map(str, blow[:3])))
def test_so_it_is_for_a_program_that_was_started_as_people_do(
    blow: Blow, strace: str, tmp_path: Path, record_property: Record
) -> None:
    with scene(tmp_path / "work") as (work, sandbox):
        log = tmp_path / "log"
        program = command(*APPLY, "--format", "json", "--parallelism", "1")
        done = subprocess.run(
            [strace, *blow.options(log), "--", *program],
            cwd=work.path,
            env={**work.environment, "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            timeout=60,
            check=False,
        )
        ended = Ended(done.returncode, done.stdout, done.stderr)
        assert struck(ended, log).landed
        if blow.what != KILL:
            Sweep(blow.call, blow.what).assert_told(ended, sandbox)

        again = work.apply()

        assert again.code == 0, again.said
        assert_whole(work, sandbox)
        assert work.run("plan", "--detailed-exitcode").code == 0
        record_property(POINTS, 1)
