"""The program with its state in every kind of place: raced, killed, fenced, moved, looked at."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sarv_sync.sandbox.server import Sandbox
from sarv_sync.state.document import decode, encode
from tests.end_to_end.accounts import calls, in_account
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import HEAD, Ended, Workplace
from tests.engines.catalog import REMOTE, Running, open_store
from tests.engines.interface import Access

RACES = 50 if os.environ.get("SARV_SYNC_SEARCH") == "deep" else 4
PLAIN = (1000, 100, "Enable")
USERS = "\n".join(f"u{number:02}: {{}}" for number in range(12))

remote = pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=pytest.mark.xdist_group(kind)) for kind in REMOTE], indirect=True
)


@pytest.fixture
def access(kind: str, running: Running, work: Workplace, monkeypatch: pytest.MonkeyPatch) -> Access:
    """A place for the state that is empty yet, of which the program knows what is in the environment."""
    way = running[kind].access(work.path)
    work.environment.update(way.environment)
    for name, value in way.environment.items():
        monkeypatch.setenv(name, value)
    return way


def head(access: Access, text: str = HEAD) -> str:
    return f"{text}state: {json.dumps(access.settings)}\n"


def pulled(work: Workplace) -> dict[str, Any]:
    return work.run("state", "pull").json


def ended(run: subprocess.Popen[bytes]) -> Ended:
    out, err = run.communicate(timeout=120)
    return Ended(run.returncode, out, err)


def wait_until(reached: Callable[[], bool], run: subprocess.Popen[bytes]) -> None:
    while not reached():
        assert run.poll() is None, run.communicate()
        time.sleep(0.002)


def test_what_was_applied_is_known_to_the_next_run_wherever_the_state_is(
    work: Workplace, sandbox: Sandbox, access: Access
) -> None:
    work.users("a: {}\nb: {}", head(access))
    assert work.run("plan").code == 0
    assert work.run("state", "pull").code == 4, "plan writes nothing"

    done = work.apply()

    assert (done.code, in_account(sandbox)) == (0, [PLAIN] * 2), done.said
    assert work.run("plan", "--detailed-exitcode").code == 0
    assert (pulled(work)["lock"], set(pulled(work)["bindings"])) == (None, {"a", "b"})
    looked = work.run("doctor", "--format", "json")
    verdicts = {finding["name"]: finding["verdict"] for finding in looked.json["findings"]}
    assert (looked.code, verdicts["state"], verdicts["lock"]) == (0, "ok", "ok"), looked.said


def test_of_two_applies_at_once_one_makes_the_user_and_the_other_says_who_has_the_lock(
    work: Workplace, serve: Serve, access: Access
) -> None:
    sandbox = serve(latency=0.1)
    other = replace(work, path=work.path / "other")
    other.path.mkdir()
    ends: Counter[str] = Counter()
    for number in range(RACES):
        names = "\n".join(f"n{made:02}: {{}}" for made in range(number + 1))
        work.users(names, head(access))
        other.users(names, head(access).replace("total_limit: 1000", "total_limit: 900"))
        runs = [each.start("apply", "--auto-approve") for each in (work, other)]
        first, second = (ended(run) for run in runs)

        assert sorted((first.code, second.code)) in ([0, 4], [0, 0]), first.said + second.said
        assert calls(sandbox, "addSmtp") == len(in_account(sandbox)) == number + 1
        for run, loser in zip(reversed(runs), (first, second), strict=True):
            if loser.code == 4:
                ends[told(loser, run.pid)] += 1
        assert pulled(work)["lock"] is None
    assert ends["who has the lock"] > 0, ends


def told(loser: Ended, winner: int) -> str:
    """Return what the run that was refused said: it must have been one of these."""
    if "is locked by" in loser.flat:
        assert f"process {winner}" in loser.flat, loser.said
        assert "state unlock" in loser.flat, loser.said
        return "who has the lock"
    assert "not as reviewed" in loser.flat or "not in the reviewed plan" in loser.flat, loser.said
    return "that the plan has changed meanwhile"


def test_a_run_whose_lock_is_broken_makes_at_most_the_calls_that_are_journalled(
    work: Workplace, serve: Serve, access: Access
) -> None:
    sandbox = serve("addSmtp:late:seconds=4,first=1")
    work.users(USERS, head(access))
    first = work.start("apply", "--auto-approve", "--parallelism", "2")
    wait_until(lambda: bool(sandbox.account.users()), first)
    state = pulled(work)
    answered = len(sandbox.calls)

    broken = work.run("state", "unlock", state["lock"]["id"])
    fenced = ended(first)

    assert (broken.code, fenced.code) == (0, 5), broken.said + fenced.said
    assert "taken away from this run" in fenced.flat or "changed by somebody else" in fenced.flat, fenced.said
    late = [call.call for call in sandbox.calls[answered:]]
    assert late.count("addSmtp") <= len(state["intents"])
    assert set(late) <= {"addSmtp"}, "nothing else was under way"
    assert pulled(work)["lock"] is None
    done = work.apply()
    assert (done.code, in_account(sandbox)) == (0, [PLAIN] * 12), done.said


@remote
def test_the_lock_of_a_run_that_was_killed_is_respected_until_its_lease_runs_out(
    work: Workplace, serve: Serve, access: Access
) -> None:
    sandbox = serve("addSmtp:late:seconds=600,first=1")
    work.users("a: {}\nb: {}", head(access))
    killed = work.start("apply", "--auto-approve")
    wait_until(lambda: bool(sandbox.account.users()), killed)
    killed.kill()
    killed.communicate()
    sandbox.set_faults()

    refused = work.apply()
    expire_lock(access, work.path)
    done = work.apply()

    assert (refused.code, f"process {killed.pid}" in refused.flat) == (4, True), refused.said
    assert (done.code, in_account(sandbox)) == (0, [PLAIN] * 2), done.said
    assert f"process {killed.pid}" in done.flat
    assert "it was not renewed in time" in done.flat


def expire_lock(access: Access, folder: Path) -> None:
    """Let the time of the lock's lease go by."""
    store = open_store(access, folder)
    stored = store.read()
    assert stored is not None
    state = decode(stored.data, store.describe())
    assert state.lock is not None
    lock = replace(state.lock, expires="2026-01-01T00:00:00Z")
    store.swap(stored.version, encode(replace(state, serial=state.serial + 1, lock=lock)))


@remote
def test_a_state_moves_from_a_file_to_any_place_and_back(work: Workplace, sandbox: Sandbox, access: Access) -> None:
    work.users("a: {}\nb: {}")
    assert work.apply().code == 0
    before = pulled(work)
    backend, *options = (
        f"{key}={json.dumps(value) if isinstance(value, bool) else value}" for key, value in access.settings.items()
    )
    told = [argument for option in options for argument in ("--to-option", option)]

    there = work.run("state", "migrate", "--to", backend.removeprefix("backend="), *told)

    assert there.code == 0, there.said
    refused = work.run("plan")
    assert (refused.code, "was moved to" in refused.flat) == (4, True), refused.said
    assert work.apply().code == 4
    section = next(line for line in there.out.splitlines() if "write:" in line).partition("write:")[2]
    assert "".join(section.split()) in "".join(refused.said.split()), "however it is broken into lines"
    work.users("a: {}\nb: {}", f"{HEAD}{section.strip()}\n")
    after = pulled(work)
    assert {**after, "serial": 0} == {**before, "serial": 0}
    assert work.run("plan", "--detailed-exitcode").code == 0

    back = work.run("state", "migrate", "--to", "local")

    assert back.code == 0, back.said
    assert work.run("plan").code == 4
    work.users("a: {}\nb: {}")
    assert work.run("plan", "--detailed-exitcode").code == 0
    assert calls(sandbox, "addSmtp") == 2


def test_settings_may_come_from_flags_alone(work: Workplace, sandbox: Sandbox, access: Access) -> None:
    work.users("a: {}")
    options = [
        f"--state-option={key}={json.dumps(value) if isinstance(value, bool) else value}"
        for key, value in access.settings.items()
    ]

    done = work.run(*options, "apply", "--auto-approve")

    assert (done.code, len(in_account(sandbox))) == (0, 1), done.said
    assert work.run("plan", "--detailed-exitcode", *options).code == 0
    if access.settings["backend"] != "local":
        assert not (work.path / "sarv-sync.state.json").exists()
