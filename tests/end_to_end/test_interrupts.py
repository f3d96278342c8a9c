"""Signals: the call in flight is recorded, no other begins."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable

import pytest

from tests.end_to_end.accounts import calls, in_account
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import HEAD, Workplace
from tests.unit.provider.stage import Reply, Stage, reply

pytestmark = pytest.mark.usefixtures("fresh")

PLAIN = (1000, 100, "Enable")
LISTED = {"smtp_user_name": "smtp1", "total_limit": 1, "hourly_limit": 1, "status": "Enable", "password": "p4ss"}


def wait_until(reached: Callable[[], bool], run: subprocess.Popen[bytes]) -> None:
    while not reached():
        assert run.poll() is None, run.communicate()
        time.sleep(0.002)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_apply_records_what_it_did_and_goes_on_later(
    work: Workplace, serve: Serve, number: signal.Signals
) -> None:
    sandbox = serve(latency=0.05)
    work.users("\n".join(f"u{index:02}: {{}}" for index in range(60)))
    run = work.start("apply", "--auto-approve", "--format", "json", "--parallelism", "2")
    wait_until(lambda: calls(sandbox, "addSmtp") > 3, run)
    run.send_signal(number)
    out, err = run.communicate(timeout=60)
    made = calls(sandbox, "addSmtp")

    assert run.returncode == 130, err.decode()
    assert made < 60
    result = json.loads(out)
    ends = [len(result[key]) for key in ("applied", "failed", "unknown", "not_attempted")]
    assert (result["format"], result["verified"], sum(ends)) == ("sarv-sync-result/1", False, 60)
    assert result["unknown"] == []
    assert (len(in_account(sandbox)), len(work.state()["bindings"]), work.state()["lock"]) == (made, made, None)

    assert work.apply().code == 0
    assert in_account(sandbox) == [PLAIN] * 60
    assert work.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_plan_ends_with_130_and_nothing_else(work: Workplace, serve: Serve, number: int) -> None:
    sandbox = serve("listSmtp:late:seconds=60")
    arrived: list[int] = []
    original = sandbox.account.users
    sandbox.account.users = lambda: arrived.append(1) or original()  # type: ignore[method-assign, func-returns-value]
    work.users("a: {}")
    run = work.start("plan", "--format", "json")
    wait_until(lambda: bool(arrived), run)
    run.send_signal(number)
    out, err = run.communicate(timeout=60)
    assert (run.returncode, err.strip()) == (130, b"")
    assert json.loads(out)["exit_code"] == 130
    assert list(work.files()) == ["sarv-sync.yaml"]


def test_a_second_signal_waits_for_no_call_and_loses_nothing(work: Workplace, serve: Serve) -> None:
    sandbox = serve("addSmtp:late:seconds=600,nth=2")
    work.users("a: {}\nb: {}")
    run = work.start("apply", "--auto-approve")
    wait_until(lambda: len(sandbox.account.users()) == 2, run)
    run.send_signal(signal.SIGINT)
    run.send_signal(signal.SIGTERM)  # another number: two of the same may arrive as one
    run.communicate(timeout=60)
    assert (run.returncode, calls(sandbox, "addSmtp")) == (130, 1), "the second call has no answer yet"
    sandbox.set_faults()
    again = work.apply()
    assert (again.code, in_account(sandbox)) == (0, [PLAIN, PLAIN]), again.said
    assert "took over" in again.err


def test_calls_without_an_answer_are_waited_for_a_while_and_recorded_as_open(work: Workplace, serve: Serve) -> None:
    sandbox = serve("addSmtp:late:seconds=600,nth=3")
    work.users("a: {}\nb: {}\nc: {}")
    run = work.start("apply", "--auto-approve", "--format", "json")
    wait_until(lambda: len(sandbox.account.users()) == 3, run)
    run.send_signal(signal.SIGTERM)
    out, err = run.communicate(timeout=60)

    assert run.returncode == 130, err.decode()
    result = json.loads(out)
    assert (len(result["applied"]), len(result["failed"]), len(result["unknown"])) == (1, 1, 1)
    assert "under way when the run ended" in result["unknown"][0]["message"]
    assert (work.state()["lock"], len(work.state()["bindings"])) == (None, 2)
    sandbox.set_faults()
    again = work.apply()
    assert (again.code, in_account(sandbox)) == (0, [PLAIN] * 3), again.said
    assert "took over" not in again.err


@pytest.mark.parametrize("nth", [2, 3])
def test_a_listing_that_does_not_come_holds_a_signal_up_no_longer(work: Workplace, stage: Stage, nth: int) -> None:
    """The second is the one under the lock, the third the one that proves the edit."""
    first = reply({"status": "success", "smtp_list": [LISTED]})
    edited = reply({"status": "success", "message": "done"})
    stage.play(first, *[first, edited][: 2 * (nth - 2)], Reply(b"", "hang"))
    work.users("a: {smtp_user_name: smtp1}")
    run = work.start("apply", "--auto-approve")
    wait_until(lambda: len(stage.calls("listSmtp")) == nth, run)
    run.send_signal(signal.SIGTERM)
    _, err = run.communicate(timeout=60)

    assert run.returncode == 130, err.decode()
    assert (work.state()["lock"], len(stage.calls("editSmtp"))) == (None, nth - 2)
    stage.play(first)
    assert work.run("plan").code == 0


def test_a_terminal_that_goes_away_ends_an_apply_as_gently_as_ctrl_c(work: Workplace, serve: Serve) -> None:
    sandbox = serve(latency=0.05)
    work.users("\n".join(f"u{index:02}: {{}}" for index in range(60)))
    run = work.start("apply", "--auto-approve", "--format", "json", "--parallelism", "2")
    wait_until(lambda: calls(sandbox, "addSmtp") > 3, run)
    for _ in range(3):
        run.send_signal(signal.SIGHUP)  # from the kernel, from the shell: more than one is usual
    out, err = run.communicate(timeout=60)

    assert run.returncode == 130, err.decode()
    assert json.loads(out)["unknown"] == []
    assert work.state()["lock"] is None
    assert work.apply().code == 0
    assert in_account(sandbox) == [PLAIN] * 60


def test_under_nohup_a_terminal_that_goes_away_changes_nothing(work: Workplace, serve: Serve) -> None:
    sandbox = serve(latency=0.02)
    work.users("\n".join(f"u{index:02}: {{}}" for index in range(20)))
    run = work.start(
        "apply",
        "--auto-approve",
        "--parallelism",
        "2",
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )
    wait_until(lambda: calls(sandbox, "addSmtp") > 3, run)
    run.send_signal(signal.SIGHUP)
    _, err = run.communicate(timeout=60)

    assert (run.returncode, in_account(sandbox)) == (0, [PLAIN] * 20), err.decode()


def test_a_retry_does_not_outlive_a_signal(work: Workplace, serve: Serve) -> None:
    sandbox = serve("editSmtp:http-status:status=503")
    work.users("a: {}", HEAD.replace("retry_for: 0s", "retry_for: 10m"))
    run = work.start("apply", "--auto-approve")
    wait_until(lambda: calls(sandbox, "editSmtp") > 1, run)
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=60)

    assert run.returncode == 130, err.decode()
    assert work.state()["lock"] is None
    sandbox.set_faults()
    assert (work.apply().code, in_account(sandbox)) == (0, [PLAIN])
