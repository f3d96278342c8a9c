"""The promise: whatever moment a run dies at, running again ends with every user exactly once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import by_name, calls, in_account, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import HEAD, Workplace

pytestmark = pytest.mark.usefixtures("fresh")

USERS = 200
KILLS = 10
ROUNDS = int(os.environ.get("SARV_SYNC_KILL_ROUNDS", "1"))
DESIRED = {
    f"tenant-{number:03}": (1000 + number, 10 + number % 90, "Disable" if number % 20 == 0 else "Enable")
    for number in range(USERS)
}
ENTRIES = "\n".join(
    f"{name}: {{total_limit: {total}, hourly_limit: {hourly}, status: {status}}}"
    for name, (total, hourly, status) in DESIRED.items()
)


def reached(what: Callable[[], int], count: int, run: subprocess.Popen[bytes]) -> bool:
    """Wait until `what` counts `count`; False if the run ended before."""
    while what() < count:
        if run.poll() is not None:
            return False
        time.sleep(0.001)
    return True


def kill_once(work: Workplace, sandbox: Sandbox, chance: random.Random) -> bool:
    """Start an apply and kill it at a random moment of its work; return whether it was still at it."""
    run = work.start("apply", "--auto-approve", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    moments: list[tuple[Callable[[], int], int]] = [
        (lambda: len(sandbox.calls), chance.randint(1, 60)),
        (lambda: calls(sandbox, "addSmtp"), chance.randint(1, 25)),
        (lambda: calls(sandbox, "editSmtp"), chance.randint(1, 20)),
    ]
    what, more = chance.choice(moments)
    killed = reached(what, what() + more, run)
    run.send_signal(signal.SIGKILL)
    run.wait()
    return killed


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_200_users_killed_ten_times_end_as_exactly_200_users(work: Workplace, serve: Serve, round_: int) -> None:
    seed = int(os.environ.get("SARV_SYNC_KILL_SEED", "20250102")) + round_
    sys.stdout.write(f"SARV_SYNC_KILL_SEED={seed}\n")
    chance = random.Random(seed)
    stranger = user("smtp7", 77, 7)
    sandbox = serve(users=(stranger,), latency=0.01)
    work.users(ENTRIES, HEAD + f"guards: {{max_creates: {USERS}}}\n")

    killed = sum(kill_once(work, sandbox, chance) for _ in range(KILLS))
    last = work.apply()

    sys.stdout.write(f"killed {killed} times; {len(sandbox.calls)} calls in all\n")
    assert killed == KILLS, "the work was done before all kills: take smaller steps"
    assert last.code == 0, last.said
    assert in_account(sandbox) == sorted([*DESIRED.values(), (77, 7, "Enable")])
    assert by_name(work, sandbox) == DESIRED
    assert work.state()["intents"] == {}
    after = work.run("plan", "--detailed-exitcode", "--format", "json")
    assert (after.code, after.json["changes"], after.json["blocked"]) == (0, [], [])


def test_a_run_killed_between_call_and_answer_finds_its_user_again(work: Workplace, serve: Serve) -> None:
    sandbox = serve("addSmtp:late:seconds=60,first=1")
    work.users("a: {}\nb: {}")
    run = work.start("apply", "--auto-approve", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert reached(lambda: len(sandbox.account.users()), 1, run)
    run.send_signal(signal.SIGKILL)
    run.wait()

    again = work.apply()

    assert again.code == 0, again.said
    assert "took over the lock of" in again.err
    assert in_account(sandbox) == [(1000, 100, "Enable")] * 2


def test_a_plan_after_a_kill_says_what_is_left_and_nothing_else(work: Workplace, serve: Serve) -> None:
    sandbox = serve("editSmtp:late:seconds=60,first=1")
    work.users("a: {}")
    run = work.start("apply", "--auto-approve", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert reached(lambda: in_account(sandbox).count((1000, 100, "Enable")), 1, run)
    run.send_signal(signal.SIGKILL)
    run.wait()

    assert work.run("plan", "--detailed-exitcode").code == 0
    again = work.apply()
    assert (again.code, in_account(sandbox)) == (0, [(1000, 100, "Enable")])
    assert calls(sandbox, "addSmtp") == 1
    assert (work.state()["lock"], work.state()["intents"]) == (None, {})
