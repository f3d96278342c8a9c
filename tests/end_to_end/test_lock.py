"""One run at a time: who has the lock, waiting for it, and taking it away."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Callable

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import by_name, calls, in_account
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import HEAD, Ended, Workplace

PLAIN = (1000, 100, "Enable")
NAMES = [f"u{number:02}" for number in range(12)]
USERS = "\n".join(f"{name}: {{}}" for name in NAMES)
HANGS = "addSmtp:late:seconds=600,first=1"
SLOW = "addSmtp:late:seconds=4,first=1"
"""Long enough for another run to start meanwhile, however busy the machine is."""


def wait_until(reached: Callable[[], bool], run: subprocess.Popen[bytes]) -> None:
    while not reached():
        assert run.poll() is None, run.communicate()
        time.sleep(0.002)


def busy(work: Workplace, sandbox: Sandbox) -> subprocess.Popen[bytes]:
    """Start an apply, and wait until it waits for the answer to its first create."""
    run = work.start("apply", "--auto-approve", "--parallelism", "2")
    wait_until(lambda: bool(sandbox.account.users()), run)
    return run


def ended(run: subprocess.Popen[bytes]) -> Ended:
    out, err = run.communicate(timeout=60)
    return Ended(run.returncode, out, err)


def waiting(work: Workplace, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a second apply, and return once it has said that it waits."""
    run = work.start("apply", "--auto-approve", *arguments)
    assert run.stderr is not None
    line = run.stderr.readline().decode()
    assert line.startswith("waiting up to "), line
    return run


def made(sandbox: Sandbox) -> int:
    """Return how many users were made, answered or not."""
    return len(sandbox.account.users())


def lock_of(work: Workplace) -> dict[str, str]:
    lock = work.state()["lock"]
    assert isinstance(lock, dict)
    return lock


def kill(run: subprocess.Popen[bytes]) -> None:
    run.kill()
    run.communicate()


def test_a_second_run_is_told_who_what_since_when_and_every_way_on(work: Workplace, serve: Serve) -> None:
    sandbox = serve(HANGS)
    work.users(USERS)
    first = busy(work, sandbox)
    lock = lock_of(work)

    second = work.apply()

    assert (second.code, made(sandbox)) == (4, 1)
    for word in (
        f"process {first.pid}", "sarv-sync apply", f"since {lock['since']}", "hint:", "--lock-timeout 6m",
        lock["expires"], f"`sarv-sync state unlock {lock['id']}`",
    ):  # fmt: skip
        assert word in second.flat
    assert f"`sarv-sync state unlock {lock['id']}`" in work.run("show").flat
    kill(first)


def test_a_run_that_waits_takes_over_from_one_that_is_killed(work: Workplace, serve: Serve) -> None:
    sandbox = serve(HANGS)
    work.users(USERS)
    first = busy(work, sandbox)
    second = waiting(work, "--lock-timeout", "2m")
    kill(first)

    done = ended(second)

    assert done.code == 0, done.said
    assert re.search(rf"took over the lock of .*\(process {first.pid}\)", done.flat)
    assert in_account(sandbox) == [PLAIN] * len(NAMES)


def test_a_run_that_waits_goes_on_when_the_other_is_done(work: Workplace, serve: Serve) -> None:
    sandbox = serve(SLOW)
    work.users(USERS)
    first = busy(work, sandbox)
    second = waiting(work, "--lock-timeout", "60s")

    done = ended(second)

    assert (ended(first).code, done.code) == (0, 0), done.said
    assert "took over" not in done.err
    assert in_account(sandbox) == [PLAIN] * len(NAMES)


def test_a_run_that_waited_long_enough_is_refused(work: Workplace, serve: Serve) -> None:
    sandbox = serve(HANGS)
    work.users(USERS)
    first = busy(work, sandbox)

    second = work.apply("--lock-timeout", "300ms")

    assert (second.code, "is locked by" in second.flat, made(sandbox)) == (4, True, 1), second.said
    assert second.err.count("waiting up to 0.3 s") == 1
    kill(first)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_waiting_can_be_interrupted(work: Workplace, serve: Serve, number: signal.Signals) -> None:
    sandbox = serve(HANGS)
    work.users(USERS)
    first = busy(work, sandbox)
    lock = lock_of(work)
    second = waiting(work, "--lock-timeout", "1h")
    second.send_signal(number)

    done = ended(second)

    assert (done.code, made(sandbox)) == (130, 1), done.said
    assert (first.poll(), lock_of(work)["id"]) == (None, lock["id"])
    kill(first)


@pytest.mark.parametrize("time_", ["2", "2 m", "-1s", "soon", "1d", "", "9999999999s"])
def test_what_is_no_duration_is_wrong_input(work: Workplace, sandbox: Sandbox, time_: str) -> None:
    work.users(USERS)
    done = work.apply(f"--lock-timeout={time_}")
    assert (done.code, "hint:" in done.err, sandbox.calls) == (3, True, ())


def test_only_the_lock_that_is_there_can_be_broken(work: Workplace, serve: Serve) -> None:
    sandbox = serve(HANGS)
    work.users("a: {}")
    assert work.run("state", "unlock", "1d").code == 4, "there is no state"
    first = busy(work, sandbox)
    before = work.files()

    other = work.run("state", "unlock", "1d")

    assert (other.code, f"process {first.pid}" in other.flat) == (4, True), other.said
    assert f"`sarv-sync state unlock {lock_of(work)['id']}`" in other.flat
    assert work.files() == before
    kill(first)
    assert work.run("state", "unlock", lock_of(work)["id"]).code == 0
    again = work.run("state", "unlock", "1d")
    assert (again.code, "is not locked" in again.flat) == (4, True)
    sandbox.set_faults()
    assert work.apply().err.count("took over") == 0


def test_a_run_whose_lock_was_broken_makes_no_further_call_and_says_so(work: Workplace, serve: Serve) -> None:
    sandbox = serve(SLOW)
    work.users(USERS)
    first = busy(work, sandbox)
    answered = [call.call for call in sandbox.calls]

    broken = work.run("state", "unlock", lock_of(work)["id"])
    fenced = ended(first)

    assert (broken.code, f"process {first.pid}" in broken.flat) == (0, True), broken.said
    assert [call.call for call in sandbox.calls] == [*answered, "addSmtp"], "only the one under way was answered"
    assert (fenced.code, "taken away from this run" in fenced.flat) == (5, True), fenced.said
    assert work.state()["lock"] is None
    done = work.apply()
    assert (done.code, in_account(sandbox), calls(sandbox, "addSmtp")) == (0, [PLAIN] * 12, 12), done.said


def test_a_run_that_hangs_holds_nobody_up_once_its_lock_is_broken(work: Workplace, serve: Serve) -> None:
    sandbox = serve("addSmtp:late:seconds=1,first=1")
    work.users(USERS)
    first = busy(work, sandbox)
    first.send_signal(signal.SIGSTOP)
    refused = work.apply()
    assert refused.code == 4, "it lives"
    unlock = re.search(r"`sarv-sync (state unlock \w+)`", refused.flat)
    assert unlock is not None
    assert work.run(*unlock[1].split()).code == 0

    second = work.apply()
    answered, after = len(sandbox.calls), work.state()
    first.send_signal(signal.SIGCONT)
    fenced = ended(first)

    assert second.code == 0, second.said
    assert (fenced.code, len(sandbox.calls), work.state()) == (5, answered, after), fenced.said
    assert by_name(work, sandbox) == dict.fromkeys(NAMES, PLAIN)
    assert len(in_account(sandbox)) == len(NAMES)


def test_a_run_that_hangs_among_many_creates_begins_none_when_it_goes_on_without_its_lock(
    work: Workplace, serve: Serve
) -> None:
    sandbox = serve(latency=0.05)
    work.users("first: {}")
    assert work.apply().code == 0, "the account is known to echo limits"
    many = "\n".join(f"u{number:02}: {{}}" for number in range(60))
    work.users(f"first: {{}}\n{many}")
    first = work.start("apply", "--auto-approve", "--parallelism", "8")
    wait_until(lambda: calls(sandbox, "addSmtp") > 12, first)
    first.send_signal(signal.SIGSTOP)
    assert work.run("state", "unlock", lock_of(work)["id"]).code == 0
    second = work.apply()
    answered = len(sandbox.calls)
    first.send_signal(signal.SIGCONT)
    fenced = ended(first)

    assert (second.code, fenced.code) == (0, 5), second.said + fenced.said
    assert len(sandbox.calls) <= answered + 8, "at most the one that each of its threads was just sending"
    assert work.apply().code == 0
    assert [values for values in in_account(sandbox) if values[2] == "Enable"] == [PLAIN] * 61


def test_a_run_whose_lock_was_broken_does_not_try_again_either(work: Workplace, serve: Serve) -> None:
    sandbox = serve("editSmtp:http-status:status=503")
    work.users(USERS, HEAD.replace("retry_for: 0s", "retry_for: 10m"))
    first = work.start("apply", "--auto-approve", "--parallelism", "2")
    wait_until(lambda: calls(sandbox, "editSmtp") > 2, first)
    assert work.run("state", "unlock", lock_of(work)["id"]).code == 0
    sandbox.set_faults()
    fenced = ended(first)
    edits = calls(sandbox, "editSmtp")

    found_out = "taken away from this run" in fenced.flat or "changed by somebody else" in fenced.flat
    assert (fenced.code, found_out) == (5, True), fenced.said
    assert {values[1] for values in in_account(sandbox)} != {100}, "no edit was made after all"
    assert work.apply().code == 0
    assert calls(sandbox, "editSmtp") > edits


def test_while_a_run_has_the_lock_nothing_else_writes_and_everything_can_be_looked_at(
    work: Workplace, serve: Serve
) -> None:
    sandbox = serve(HANGS)
    work.users("a: {}")
    first = busy(work, sandbox)
    for command in (("state", "rm", "a"), ("state", "mv", "a", "b"), ("state", "push", "sarv-sync.state.json")):
        assert work.run(*command).code == 4
    assert (work.run("plan").code, work.run("state", "list").code, work.run("state", "pull").code) == (0, 0, 0)
    kill(first)
