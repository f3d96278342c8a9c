"""A job that is cancelled, or whose machine is lost, in the middle of an apply; and the job after it.

Of a job that is cancelled the runner sends SIGINT to the process of the step, after 7.5 s SIGTERM, after another
2.5 s it kills what is left (actions/runner, `CancelAndKillProcessTree` in src/Runner.Sdk/ProcessInvoker.cs). Signals
go to that one process, not to its children.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.accounts import calls, in_account
from tests.end_to_end.act_office import BILLING, open_office
from tests.end_to_end.act_runner import Runner, Running
from tests.end_to_end.github_office import git
from tests.end_to_end.test_places import expire_lock
from tests.engines.interface import Access

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")

WAITS = ((signal.SIGINT, 7.5), (signal.SIGTERM, 2.5))
MANY = 36
NEW = "\n".join(f"u{index:02}: {{}}" for index in range(MANY))
DONE = [(1000, 100, "Enable")] * (MANY + 1)


@pytest.fixture
def runner(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """A runner where many new users have been reviewed and merged, and the account answers slowly."""
    with open_office(tmp_path, tmp_path_factory, "apply.yml", latency=0.05) as made:
        office = made.office
        pull = office.open(office.users(f"{BILLING}\n{NEW}"))
        assert office.plan(pull).code == 0
        office.merge(pull)
        yield made


def start(runner: Runner) -> Running:
    with runner.office.checkout("main") as folder:
        return runner.start(folder, "apply.yml", "push", {"ref": "refs/heads/main"})


def wait_until(reached: Callable[[], bool], running: Running) -> None:
    while not reached():
        assert running.process.poll() is None, running.ended().plain
        time.sleep(0.002)


def command_of(process: int) -> list[str]:
    return Path(f"/proc/{process}/cmdline").read_text(encoding="utf-8").rstrip("\0").split("\0")


def is_over(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def step_of(running: Running) -> int:
    """Return the step's process: the only one that `act` started and that still runs."""
    lists = Path(f"/proc/{running.process.pid}/task").glob("*/children")
    [child] = " ".join(path.read_text(encoding="utf-8") for path in lists).split()
    return int(child)


def cancel(step: int) -> str:
    """Do to a step's process what the runner does; return the name of what ended it."""
    for number, seconds in WAITS:
        os.kill(step, number)
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            if is_over(step):
                return number.name
            time.sleep(0.01)
    os.kill(step, signal.SIGKILL)
    return "SIGKILL"


def lose(running: Running) -> int:
    """Take the machine away: nothing of the job gets to do anything more. Return the step's process."""
    step = step_of(running)
    os.kill(running.process.pid, signal.SIGSTOP)  # or it would tell the step that its terminal is gone
    os.killpg(step, signal.SIGKILL)
    running.process.kill()
    running.process.wait()
    return step


def state(runner: Runner) -> dict[str, Any]:
    text = git(runner.office.bare, "show", "refs/sarv-sync/state:sarv-sync.state.json")
    document: dict[str, Any] = json.loads(text)
    return document


def test_a_cancelled_apply_ends_in_time_records_what_it_did_and_is_finished_by_the_next_one(runner: Runner) -> None:
    sandbox = runner.office.sandbox
    running = start(runner)
    wait_until(lambda: calls(sandbox, "addSmtp") > 3, running)
    step = step_of(running)
    python, *arguments = command_of(step)
    ended_by = cancel(step)
    run, made = running.ended(), calls(sandbox, "addSmtp")

    assert (Path(python).name, arguments) == ("python", ["-I", "-m", "sarv_sync", "github"]), "exec has replaced bash"
    assert ended_by == "SIGINT", run.plain
    assert (run.code, run.jobs) == (1, {"Apply": "failure"}), run.plain
    outputs = run.outputs("Apply")
    assert (outputs["exitcode"], outputs["failure-reason"], outputs["incomplete"]) == ("130", "interrupted", "true")
    assert 3 < made < MANY
    assert (len(in_account(sandbox)), len(state(runner)["bindings"])) == (made + 1, made + 1)
    assert state(runner)["lock"] is None
    assert "Run apply again to go on from here" in run.summary

    again = start(runner).ended()

    assert again.code == 0, again.plain
    assert int(outputs["created"]) + int(again.outputs("Apply")["created"]) == MANY
    assert calls(sandbox, "addSmtp") == MANY
    assert in_account(sandbox) == DONE


def test_where_the_machine_was_lost_the_next_apply_takes_over_and_finishes(runner: Runner) -> None:
    sandbox = runner.office.sandbox
    sandbox.set_faults("addSmtp:late:seconds=600,nth=4")
    running = start(runner)
    wait_until(lambda: calls(sandbox, "addSmtp") > 3, running)
    step = lose(running)
    sandbox.set_faults()

    refused = start(runner).ended()
    expire_lock(Access({"backend": "git"}, {}), runner.office.desk)
    done = start(runner).ended()

    outputs = refused.outputs("Apply")
    assert (outputs["exitcode"], outputs["failure-reason"]) == ("4", "lock"), refused.plain
    assert f"process {step}" in refused.flat
    assert (done.code, done.jobs) == (0, {"Apply": "success"}), done.plain
    assert f"process {step}" in done.flat
    assert "it was not renewed in time" in done.flat
    assert in_account(sandbox) == DONE
    assert (state(runner)["lock"], len(state(runner)["bindings"])) == (None, MANY + 1)
