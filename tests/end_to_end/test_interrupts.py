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
from tests.end_to_end.workplace import Workplace

PLAIN = (1000, 100, "Enable")


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
