"""What drift leaves: an issue, kept as long as there is drift and closed by a run that found none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.accounts import by_user
from tests.end_to_end.github_applied import applied_office
from tests.end_to_end.github_office import REPOSITORY, Office, git


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with applied_office(tmp_path) as office:
        yield office


def test_drift_opens_one_issue_keeps_it_and_a_clean_run_closes_it(office: Office) -> None:
    office.sandbox.account.edit("smtp1", total_limit=4000)
    first = office.drift()
    assert (first.code, first.outputs["exitcode"], first.outputs["drift"]) == (0, "2", "true"), first.said
    [issue] = office.forge.issues(REPOSITORY)
    assert "sarv-sync.yaml" in issue.title
    assert "4,000" in (issue.body or "")
    assert office.drift().code == 0
    assert len(office.forge.issues(REPOSITORY)) == 1
    assert office.forge.comments(REPOSITORY, issue.number) == []
    office.sandbox.account.edit("smtp1", total_limit=3000)
    office.drift()
    assert len(office.forge.comments(REPOSITORY, issue.number)) == 1
    office.sandbox.account.edit("smtp1", total_limit=1000)
    assert office.drift().outputs["exitcode"] == "0"
    [issue] = office.forge.issues(REPOSITORY)
    assert issue.state == "closed"
    office.sandbox.account.edit("smtp1", status="Disable")
    office.drift()
    [issue] = office.forge.issues(REPOSITORY)
    assert issue.state == "open"


def test_an_apply_that_ends_well_closes_the_issue(office: Office) -> None:
    office.sandbox.account.edit("smtp1", total_limit=4000)
    office.drift()
    done = office.apply(approved_plan="none")
    assert (done.code, done.outputs["updated"]) == (0, "1"), done.said
    assert [issue.state for issue in office.forge.issues(REPOSITORY)] == ["closed"]
    assert by_user(office.sandbox)["smtp1"] == (1000, 100, "Enable")


@pytest.mark.parametrize("fault", ["listSmtp:empty-list", "listSmtp:html", "listSmtp:auth-error"])
def test_what_could_not_be_compared_neither_opens_nor_closes(office: Office, fault: str) -> None:
    office.sandbox.set_faults(fault)
    assert office.drift().code != 0
    assert office.forge.issues(REPOSITORY) == []
    office.sandbox.set_faults()
    office.sandbox.account.edit("smtp1", total_limit=4000)
    office.drift()
    office.sandbox.account.edit("smtp1", total_limit=1000)
    office.sandbox.set_faults(fault)
    assert office.drift().code != 0
    assert [issue.state for issue in office.forge.issues(REPOSITORY)] == ["open"]


def test_without_an_issue_drift_fails_the_job(office: Office) -> None:
    office.sandbox.account.edit("smtp1", total_limit=4000)
    found = office.drift(issue="false", args="--metrics drift.prom")
    assert (found.code, found.outputs["failure-reason"]) == (2, "")
    assert office.forge.issues(REPOSITORY) == []


def test_a_lost_state_is_no_clean_account(office: Office) -> None:
    office.sandbox.account.edit("smtp1", total_limit=4000)
    office.drift()
    git(office.bare, "update-ref", "-d", "refs/sarv-sync/state")
    lost = office.drift(args="--metrics drift.prom")
    assert (lost.code, lost.outputs["failure-reason"]) == (4, "state")
    assert "there is no state" in lost.said
    assert [issue.state for issue in office.forge.issues(REPOSITORY)] == ["open"]


def test_a_message_that_could_not_be_sent_fails_the_job(office: Office) -> None:
    office.sandbox.account.edit("smtp1", total_limit=4000)
    failed = office.drift(notify="json://127.0.0.1:9/")
    assert (failed.code, failed.outputs["failure-reason"]) == (1, "error"), failed.said
    assert "the notification could not be sent" in failed.said
    assert len(office.forge.issues(REPOSITORY)) == 1
