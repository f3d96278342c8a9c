"""The examples that run by the clock, run by a real runner: drift, snapshots, and the plans by these."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.act_office import BILLING, RAISED, open_office
from tests.end_to_end.act_runner import SECRETS, Runner, workflow
from tests.end_to_end.github_office import REPOSITORY, git
from tests.end_to_end.workplace import Workplace

MADE_UP = "https://api.us1-mta1.example.net/v1.0"
"""What plan-fork.yml has for an endpoint, for everybody to replace by their own."""


@pytest.fixture
def runner(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    with open_office(tmp_path, tmp_path_factory, "drift.yml", "snapshot.yml", "plan-fork.yml") as made:
        yield made


def test_drift_opens_an_issue_and_a_clean_run_closes_it(runner: Runner) -> None:
    office = runner.office
    office.sandbox.account.edit("smtp1", hourly_limit=99)
    found = runner.on_main("drift.yml", "schedule")

    assert (found.code, found.jobs) == (0, {"Drift": "success"}), found.plain
    outputs = found.outputs("Drift")
    assert (outputs["exitcode"], outputs["drift"], outputs["failure-reason"]) == ("2", "true", "")
    [issue] = office.forge.issues(REPOSITORY)
    assert (issue.state, issue.labels) == ("open", ["sarv-sync-drift"])
    for told in (issue.body or "", found.summary):
        assert "billing" in told
        assert "99" in told

    office.sandbox.account.edit("smtp1", hourly_limit=100)
    clean = runner.on_main("drift.yml", "schedule")

    assert (clean.code, clean.outputs("Drift")["drift"]) == (0, "false"), clean.plain
    [issue] = office.forge.issues(REPOSITORY)
    assert (issue.state, issue.state_reason) == ("closed", "completed")
    assert office.writes() == []


def test_drift_is_proposed_to_be_accepted_and_its_merge_leaves_nothing_to_plan(runner: Runner) -> None:
    office = runner.office
    office.push_main(workflow("drift-accept.yml") | workflow("plan.yml"))
    office.sandbox.account.edit("smtp1", hourly_limit=99)
    found = runner.on_main("drift-accept.yml", "schedule")

    assert (found.code, found.jobs) == (0, {"Drift": "success"}), found.plain
    [opened] = office.forge.pull_requests(REPOSITORY)
    assert found.outputs("Drift")["pull-request"] == str(opened.number)
    assert "100 → 99" in (opened.body or "")
    pull = office.opened(opened.number)
    assert git(office.bare, "diff", "--name-only", "main", pull.branch) == "sarv-sync.yaml"

    planned = runner.pull_request("plan.yml", pull)
    assert (planned.code, planned.outputs("Plan")["changes"]) == (0, "false"), planned.plain
    office.merge(pull)
    assert office.apply().outputs["changes"] == "false"
    clean = runner.on_main("drift-accept.yml", "schedule")
    assert (clean.code, clean.outputs("Drift")["drift"]) == (0, "false"), clean.plain
    assert [issue.state for issue in office.forge.issues(REPOSITORY)] == ["closed"]
    assert office.writes() == []


@pytest.mark.parametrize("signed", [False, True], ids=["unsigned", "signed"])
def test_a_fork_is_planned_by_the_published_snapshot_without_any_secret(
    runner: Runner, work: Workplace, signed: bool
) -> None:
    office, secrets = runner.office, SECRETS
    if signed:
        public = work.run("snapshot", "--new-key", "key").out.strip()
        office.head += f"snapshot: {{public_key: {public}}}\n"
        secrets = {**SECRETS, "SARV_SNAPSHOT_KEY": (work.path / "key").read_text(encoding="utf-8").strip()}
    files = {path: text.replace(MADE_UP, office.sandbox.url) for path, text in workflow("plan-fork.yml").items()}
    office.push_main({**office.users(BILLING), **files})
    taken = runner.on_main("snapshot.yml", "schedule", secrets=secrets)
    assert (taken.code, taken.jobs) == (0, {"Snapshot": "success"}), taken.plain

    pull = office.open(office.users(RAISED), head_repository="stranger/mail")
    office.forge.add_token("ghs_reader", permissions={"contents": "read", "pull-requests": "read"})
    asked, calls = len(office.forge.writes), len(office.sandbox.calls)
    planned = runner.pull_request(
        "plan-fork.yml", pull, fork="stranger/mail",
        secrets={"GITHUB_TOKEN": "ghs_reader"}, variables={"NONE": "none"},
    )  # fmt: skip

    assert (planned.code, planned.jobs) == (0, {"Plan by the snapshot": "success"}), planned.plain
    outputs = planned.outputs("Plan by the snapshot")
    assert (outputs["exitcode"], outputs["updated"]) == ("2", "1")
    assert "snapshot" in planned.summary
    assert "1 to update" in planned.summary
    assert len(office.sandbox.calls) == calls
    assert len(office.forge.writes) == asked
    assert office.reviews() == []


def test_what_has_the_token_is_left_to_the_other_workflow(runner: Runner) -> None:
    pull = runner.office.open(runner.office.users(RAISED))
    skipped = runner.pull_request("plan-fork.yml", pull)
    assert (skipped.code, skipped.jobs) == (0, {}), skipped.plain
