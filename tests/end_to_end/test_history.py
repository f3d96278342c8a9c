"""`sarv-sync history`, as it is run."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import bind, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.test_documents import validator
from tests.end_to_end.workplace import Workplace

NO_ACCESS = {"SARV_TOKEN": None, "SARV_ENDPOINT": None}


def history(work: Workplace, *arguments: str) -> dict[str, Any]:
    """Return the history as a document, which follows its schema."""
    done = work.run("history", *arguments, "--format", "json", **NO_ACCESS)
    assert (done.code, done.err) == (0, ""), done.said
    validator(work, "history").validate(done.json)
    return done.json


def test_every_apply_that_changed_something_is_told_without_token_and_network(
    work: Workplace, sandbox: Sandbox
) -> None:
    work.users("billing: {}\nold: {}")
    assert work.apply().code == 0
    work.users("billing: {hourly_limit: 5}")
    assert work.apply().code == 0
    assert work.apply().code == 0, "nothing to do: nothing to remember"
    called = len(sandbox.calls)

    done = work.run("history", **NO_ACCESS)
    second, first = history(work)["runs"]

    assert (done.code, done.out.count(" UTC")) == (0, 2), done.said
    assert done.out.index("1 updated, 1 disabled") < done.out.index("2 created")
    assert [(one["name"], one["action"], one["end"]) for one in second["changes"]] == [
        ("billing", "update", "applied"), ("old", "disable", "applied"),
    ]  # fmt: skip
    assert second["changes"][0]["fields"] == [{"field": "hourly_limit", "before": 100, "after": 5}]
    assert (first["finished"], first["ends"]["applied"]) == (True, 2)
    assert len(sandbox.calls) == called


def test_a_run_is_named_by_the_beginning_of_its_id_and_says_the_way_back(work: Workplace, sandbox: Sandbox) -> None:
    work.users("billing: {}")
    assert work.apply().code == 0
    [run] = history(work)["runs"]
    done = work.run("history", run["id"][:5], **NO_ACCESS)
    assert (done.code, f"id        {run['id']}" in done.out) == (0, True), done.said
    assert "total_limit 1,000  hourly_limit 100  Enable" in done.out
    assert "to undo it" in done.flat
    assert history(work, run["id"])["runs"] == [run]
    wrong = work.run("history", "nosuchrun", **NO_ACCESS)
    assert (wrong.code, wrong.out, "no run that is remembered" in wrong.err) == (3, "", True)


def test_runs_can_be_limited_to_some_and_to_names(work: Workplace, sandbox: Sandbox) -> None:
    for limit in (1, 2, 3):
        work.users(f"billing: {{hourly_limit: {limit}}}" + ("\ncrm: {}" if limit > 1 else ""))
        assert work.apply().code == 0
    assert [len(run["changes"]) for run in history(work, "--limit", "2")["runs"]] == [1, 2]
    assert [len(run["changes"]) for run in history(work, "--target", "c*")["runs"]] == [1]
    assert history(work, "--target", "nobody") == {**history(work), "runs": []}
    assert "about any of these names" in work.run("history", "--target", "nobody").out


def test_before_a_state_is_there_it_says_so_as_other_commands_do(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    done = work.run("history", **NO_ACCESS)
    assert (done.code, done.out) == (4, "")
    assert done.err == work.run("state", "list", **NO_ACCESS).err


def test_a_state_without_a_history_says_so(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp1"),))
    bind(work, sandbox, a="smtp1")
    work.users("a: {}")
    assert work.run("history").out == "No apply is remembered: none has changed anything yet.\n"
    assert history(work)["runs"] == []


def test_a_run_that_was_cut_off_is_told_with_what_it_had_planned(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    assert work.apply().code == 0
    state = work.state()
    state["history"][0]["finished"] = False
    state["history"][0]["changes"][0]["end"] = "planned"
    work.write(json.dumps(state), "sarv-sync.state.json")
    done = work.run("history", state["history"][0]["id"])
    assert "cut off: it did not live to write down what it did; 1 change planned" in work.run("history").out
    assert ("not known to be made" in done.out, "`sarv-sync plan` shows what is left" in done.flat) == (True, True)


def test_what_failed_is_told(work: Workplace, serve: Serve) -> None:
    sandbox = serve("editSmtp:validation-error", users=(user("smtp1"),))
    bind(work, sandbox, a="smtp1")
    work.users("a: {hourly_limit: 5}")
    assert work.apply().code == 5
    assert [change["end"] for change in history(work)["runs"][0]["changes"]] == ["failed"]
    assert "1 failed" in work.run("history").out


def test_the_commit_of_the_files_is_remembered(work: Workplace, sandbox: Sandbox) -> None:
    def git(*arguments: str) -> str:
        who = ("-c", "user.name=ann", "-c", "user.email=ann@example.net", "-c", "commit.gpgSign=false")
        return subprocess.run(
            ["git", *who, *arguments], cwd=work.path, check=True, capture_output=True, text=True
        ).stdout.strip()

    work.users("billing: {}")
    git("init", "-q")
    git("add", "sarv-sync.yaml")
    git("commit", "-qm", "Begin")
    assert work.apply().code == 0
    work.users("billing: {hourly_limit: 5}")
    assert work.apply().code == 0
    head = git("rev-parse", "HEAD")
    assert [run["commit"] for run in history(work)["runs"]] == [f"{head}-dirty", head]


@pytest.mark.parametrize("limit", ["0", "-1", "many"])
def test_a_limit_is_a_number_above_nothing(work: Workplace, limit: str) -> None:
    assert work.run("history", "--limit", limit).code == 3
