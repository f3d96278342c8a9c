"""Drift that a job proposes to accept: a pull request, whose merge makes files and account agree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sarv_sync.sandbox.memory import MemoryAccount
from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import by_user, user
from tests.end_to_end.github_applied import BILLING, annotated, applied_office
from tests.end_to_end.github_office import JOB_TOKEN, REPOSITORY, Job, Office, git
from tests.end_to_end.workplace import OWNER, TOKEN
from tests.forge.records import Thread
from tests.forge.server import WORKFLOW, Forge

BRANCH = "sarv-sync/accept-drift"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with applied_office(tmp_path) as office:
        yield office


def drift(office: Office, **options: Any) -> Job:
    return office.drift(accept="pull-request", **options)


def only(office: Office) -> Thread:
    [thread] = office.forge.pull_requests(REPOSITORY)
    return thread


def number_of(job: Job) -> int:
    return int(job.outputs["pull-request"])


def proposed(office: Office, name: str = "sarv-sync.yaml", branch: str = BRANCH) -> str:
    return git(office.bare, "show", f"{branch}:{name}")


def test_drift_becomes_a_pull_request_whose_merge_makes_files_and_account_agree(office: Office) -> None:
    office.push_main({"sarv-sync.yaml": f"{office.users(BILLING)['sarv-sync.yaml']}    # Ann's, see #4\n"})
    office.sandbox.account.edit("smtp1", total_limit=4000)
    found = drift(office)
    number = only(office).number
    assert (found.code, found.outputs["exitcode"], found.outputs["pull-request"]) == (0, "2", str(number)), found.said
    assert f"/pull/{number}" in found.summary
    raised = BILLING.replace("1000", "4000")
    assert proposed(office) == f"{office.users(raised)['sarv-sync.yaml']}    # Ann's, see #4"
    body = only(office).body or ""
    for told in ("`billing`", "`smtp1`", "1,000 → 4,000", "`sarv-sync.yaml:5`", "Merge this", "Close this"):
        assert told in body
    assert f"/pull/{number}" in (office.forge.issues(REPOSITORY)[0].body or "")

    pull = office.opened(number)
    assert office.plan(pull).outputs["changes"] == "false"
    office.merge(pull)
    before = by_user(office.sandbox)
    applied = office.apply()
    assert (applied.code, applied.outputs["changes"]) == (0, "false"), applied.said
    assert by_user(office.sandbox) == before
    assert [issue.state for issue in office.forge.issues(REPOSITORY)] == ["closed"]
    clean = drift(office)
    assert (clean.outputs["exitcode"], clean.outputs["pull-request"]) == ("0", ""), clean.said


def test_the_same_drift_changes_nothing_on_github(office: Office) -> None:
    office.sandbox.account.edit("smtp1", total_limit=4000)
    first = drift(office)
    before = office.forge.writes
    again = drift(office)
    assert again.outputs["pull-request"] == first.outputs["pull-request"]
    assert office.forge.writes == before


def test_drift_that_goes_on_brings_the_pull_request_up_to_date(office: Office) -> None:
    office.sandbox.account.edit("smtp1", total_limit=4000)
    drift(office)
    office.sandbox.account.edit("smtp1", total_limit=3000, status="Disable")
    drift(office)
    assert "total_limit: 3000" in proposed(office)
    assert "1,000 → 3,000" in (only(office).body or "")
    office.merge(office.opened(only(office).number))
    assert office.apply().outputs["changes"] == "false"


def test_a_pull_request_that_is_rejected_stays_so_and_the_repair_puts_the_values_back(office: Office) -> None:
    office.sandbox.account.edit("smtp1", total_limit=4000)
    number = number_of(drift(office))
    office.forge.thread(REPOSITORY, number).state = "closed"
    declined = drift(office)
    assert (declined.code, declined.outputs["pull-request"]) == (0, "")
    assert "was closed by somebody" in declined.said
    assert only(office).state == "closed"
    office.apply(approved_plan="none")
    assert by_user(office.sandbox)["smtp1"] == (1000, 100, "Enable")
    assert drift(office).outputs["exitcode"] == "0"


@pytest.mark.parametrize("how", ["as it was applied", "nothing to accept"])
def test_it_closes_when_nothing_is_left_to_accept(office: Office, how: str) -> None:
    office.sandbox.account.edit("smtp1", total_limit=4000)
    number = number_of(drift(office))
    office.sandbox.account.edit("smtp1", total_limit=1000)
    if how == "nothing to accept":
        office.head += "unmanaged: forbid\n"
        office.push_main(office.users(BILLING))
        office.sandbox.account.add(total_limit=10, hourly_limit=1)
    assert drift(office).outputs["pull-request"] == ""
    assert only(office).state == "closed"
    [comment] = office.forge.comments(REPOSITORY, number)
    assert "so this is closed" in comment.body
    office.sandbox.account.edit("smtp1", total_limit=4000)
    assert number_of(drift(office)) > number


def test_what_others_commit_to_the_branch_stays_there(office: Office) -> None:
    office.sandbox.account.edit("smtp1", total_limit=4000)
    number = number_of(drift(office))
    pull = office.opened(number)
    office.push(pull, {"README.md": "Ann's\n"})
    office.sandbox.account.edit("smtp1", total_limit=3000)
    left = drift(office)
    assert (left.code, left.outputs["pull-request"]) == (0, str(number))
    assert git(office.bare, "rev-parse", BRANCH) == pull.head
    [(level, _, _, message)] = annotated(left)
    assert (level, f"has commits of others ({pull.head[:7]})" in message) == ("warning", True)


def test_a_file_that_has_changed_on_the_branch_meanwhile_is_refused_and_the_issue_kept(office: Office) -> None:
    office.sandbox.account.edit("smtp1", total_limit=4000)
    with office.checkout("main") as folder:
        office.push_main(office.users(BILLING.replace("hourly_limit: 100", "hourly_limit: 90")))
        refused = office.step("drift", folder, event="schedule", accept="pull-request")
    assert (refused.code, refused.outputs["failure-reason"], refused.outputs["drift"]) == (4, "superseded", "true")
    assert "sarv-sync.yaml is not on main as it was read here" in refused.said
    assert office.forge.pull_requests(REPOSITORY) == []
    assert len(office.forge.issues(REPOSITORY)) == 1


@pytest.mark.parametrize("missing", ["contents", "pull-requests", "setting"])
def test_what_may_not_be_done_is_told_with_its_remedy_and_the_issue_kept(office: Office, missing: str) -> None:
    granted = {"contents": "write", "issues": "write", "pull-requests": "write"}
    if missing == "setting":
        office.forge.let_workflows_open(REPOSITORY, allowed=False)
    else:
        office.forge.add_token(JOB_TOKEN, WORKFLOW, {**granted, missing: "read"})
    office.sandbox.account.edit("smtp1", total_limit=4000)
    failed = drift(office)
    assert (failed.code, failed.outputs["failure-reason"]) == (1, "github")
    told = 'turn on "Allow GitHub Actions to create' if missing == "setting" else f"add `{missing}: write`"
    assert told in failed.said
    assert office.forge.pull_requests(REPOSITORY) == []
    assert len(office.forge.issues(REPOSITORY)) == 1


def test_without_being_asked_nothing_is_proposed(office: Office) -> None:
    office.sandbox.account.edit("smtp1", total_limit=4000)
    for job in (office.drift(), office.drift(accept="none"), office.drift(accept="")):
        assert (job.code, job.outputs["pull-request"]) == (0, ""), job.said
    assert office.forge.pull_requests(REPOSITORY) == []


def test_a_pull_request_tells_of_drift_where_there_is_no_issue(office: Office) -> None:
    office.sandbox.account.edit("smtp1", total_limit=4000)
    assert drift(office, issue="false").code == 0
    office.forge.thread(REPOSITORY, only(office).number).state = "closed"
    assert drift(office, issue="false").code == 2
    assert office.forge.issues(REPOSITORY) == []


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"accept": "yes"}, "the input `accept` is yes"),
        ({"ref": "v1", "environment": {"GITHUB_REF": "refs/tags/v1"}}, "only by a job that runs on a branch"),
        ({"github_token": ""}, "no token for GitHub is given"),
    ],
)
def test_what_cannot_be_asked_for_is_wrong_input(office: Office, options: dict[str, Any], told: str) -> None:
    office.sandbox.account.edit("smtp1", total_limit=4000)
    wrong = office.drift(**{"accept": "pull-request", "issue": "false", "state_options": office.state, **options})
    assert (wrong.code, wrong.outputs["failure-reason"]) == (3, "input"), wrong.said
    assert told in wrong.said


def test_files_that_are_included_are_changed_where_they_are_and_nothing_else_of_them(office: Office) -> None:
    main = f"{office.head}include: [users/*.yaml]\n"
    text = "\ufeff# Füße\r\nusers:\r\n  billing: # ours\r\n    smtp_user_name: smtp1\r\n    total_limit: 1000 # a\r\n"
    office.push_main({"sarv-sync.yaml": main})
    (office.desk / "users").mkdir()
    (office.desk / "users" / "team.yaml").write_bytes(text.encode())
    office.push_main({})
    office.sandbox.account.edit("smtp1", total_limit=4000)
    found = drift(office)
    assert found.outputs["pull-request"], found.said
    office.opened(only(office).number)
    git(office.desk, "checkout", "--quiet", BRANCH)
    assert (office.desk / "users" / "team.yaml").read_bytes() == text.replace("1000", "4000").encode()
    assert git(office.bare, "diff", "--name-only", "main", BRANCH) == "users/team.yaml"


def test_each_main_file_has_a_branch_and_a_pull_request_of_its_own(tmp_path: Path) -> None:
    files = {"europe": "a", "india": "b", "Old Stuff": "c"}
    account = MemoryAccount(users=tuple(user(f"smtp-{name}") for name in files.values()))
    with Forge() as forge, Sandbox(account, owner_id=OWNER, token=TOKEN) as sandbox:
        office = Office(tmp_path, forge, sandbox)
        entry = "  {0}: {{smtp_user_name: smtp-{0}, total_limit: 1000, hourly_limit: 100}}\n"
        office.found({f"{folder}/sarv-sync.yaml": f"{office.head}users:\n{entry.format(name)}"
                      for folder, name in files.items()})  # fmt: skip
        for folder, name in files.items():
            state = f"backend=git\nref=refs/sarv-sync/{name}/state"
            with office.checkout("main") as checkout:
                where = {"working_directory": folder, "state_options": state}
                applied = office.step("apply", checkout, approved_plan="none", **where)
                assert applied.code == 0, applied.said
                sandbox.account.edit(f"smtp-{name}", total_limit=4000)
                found = office.step("drift", checkout, event="schedule", accept="pull-request", **where)
                assert found.outputs["pull-request"], found.said
        pulls = [forge.pull_request(REPOSITORY, thread.number) for thread in forge.pull_requests(REPOSITORY)]
        names = [pull.head_ref for pull in pulls]
        assert names[:2] == [f"{BRANCH}-europe", f"{BRANCH}-india"]
        assert names[2].startswith(f"{BRANCH}-old-stuff-sarv-sync-yaml-")
        assert git(office.bare, "diff", "--name-only", "main", names[1]) == "india/sarv-sync.yaml"
