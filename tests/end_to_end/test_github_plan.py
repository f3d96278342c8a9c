"""What plan and validate leave: outputs, summary, comment, the saved plan."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.github_applied import BILLING, NEW, RAISED, applied_office, bodies
from tests.end_to_end.github_office import REPOSITORY, Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with applied_office(tmp_path) as office:
        yield office


def test_a_plan_is_told_in_outputs_summary_comment_and_file(office: Office) -> None:
    pull = office.open(office.users(f"{RAISED}\n{NEW}"))
    planned = office.plan(pull, plan_file="plan.json")
    assert planned.code == 0, planned.said
    assert {key: value for key, value in planned.outputs.items() if key not in {"digest", "plan-file"}} == {
        "exitcode": "2", "changes": "true", "drift": "false", "created": "1", "updated": "1", "disabled": "0",
        "rotated": "0", "delivered": "0",
        "blocked": "0", "incomplete": "", "pull-request": "", "failure-reason": "",
    }  # fmt: skip
    saved = json.loads(Path(planned.outputs["plan-file"]).read_text())
    assert saved["digest"] == planned.outputs["digest"]
    [body] = bodies(office, pull.number)
    for told in (planned.summary, body):
        assert "1 to create" in told
        assert planned.outputs["digest"] in told
    assert pull.head[:7] in body
    assert planned.commands == []


def test_the_plan_file_is_a_fresh_one_where_none_is_named(office: Office) -> None:
    first, second = (office.plan(office.open(office.users(RAISED)), comment="false") for _ in range(2))
    assert first.outputs["plan-file"] != second.outputs["plan-file"]
    assert all(Path(job.outputs["plan-file"]).is_file() for job in (first, second))


def test_the_comment_is_one_and_follows_the_head(office: Office) -> None:
    pull = office.open(office.users(RAISED))
    office.plan(pull)
    office.push(pull, office.users(f"{RAISED}\n{NEW}"))
    office.plan(pull)
    [body] = bodies(office, pull.number)
    assert "1 to create, 1 to update" in body
    assert pull.head[:7] in body
    assert "utdated" not in body


def test_the_comment_of_an_older_head_is_marked_before_the_new_plan_is_there(office: Office) -> None:
    pull = office.open(office.users(RAISED))
    office.plan(pull)
    office.push(pull, office.users(f"{RAISED}\n{NEW}"))
    office.sandbox.set_faults("listSmtp:auth-error")
    seen: list[str] = []
    office.forge.events.after("PATCH", "/issues/comments/", lambda _: seen.extend(bodies(office, pull.number)))
    failed = office.plan(pull)
    assert failed.outputs["failure-reason"] == "credentials"
    assert "Outdated" in seen[0]
    [body] = bodies(office, pull.number)
    assert "the plan could not be made" in body
    assert "1 to update" not in body


def test_a_plan_that_comes_too_late_leaves_the_comment_to_the_newer_head(office: Office) -> None:
    pull = office.open(office.users(RAISED))
    late = office.forge.pull_request(REPOSITORY, pull.number)
    office.plan(pull)
    [before] = bodies(office, pull.number)
    late.head_sha = "f" * 40
    assert office.plan(pull).code == 0
    assert bodies(office, pull.number) == [before]


def test_several_main_files_share_the_comment(office: Office) -> None:
    second = {"teams/other.yaml": office.head + "users:\n  other: {total_limit: 9, hourly_limit: 9}\n"}
    pull = office.open(office.users(RAISED) | second)
    place = "backend=git\nref=refs/sarv-sync/other"
    for options in ({}, {"config": "teams/other.yaml", "state_options": place}):
        assert office.plan(pull, **options).code == 0
    [body] = bodies(office, pull.number)
    assert "sarv-sync.yaml</code>: <b>1 to update" in body
    assert "teams/other.yaml</code>: <b>1 to create" in body
    assert body.startswith("<!-- sarv-sync:plan -->\n")


def test_validate_needs_neither_token_nor_endpoint(office: Office) -> None:
    with office.checkout("main") as folder:
        good = office.step("validate", folder, token="", endpoint="", github_token="")
    assert (good.code, good.outputs["exitcode"], good.outputs["failure-reason"]) == (0, "0", "")
    assert "1 user" in good.summary


def test_a_plan_that_apply_would_refuse_fails_the_check_and_is_shown(office: Office) -> None:
    guarded = office.head + "guards: {max_creates: 0}\nusers:\n" + f"  {BILLING}\n  {NEW}\n"
    pull = office.open({"sarv-sync.yaml": guarded})
    refused = office.plan(pull)
    assert (refused.code, refused.outputs["exitcode"], refused.outputs["failure-reason"]) == (4, "4", "guard")
    [body] = bodies(office, pull.number)
    assert "max_creates" in body


def test_what_goes_too_far_is_annotated_where_it_stands(office: Office) -> None:
    head = f"{office.head}budgets:\n- labels: {{team: x}}\n  hourly_limit: 1\nrequire_labels: [tier]\nusers:\n"
    entry = "new: {total_limit: 9, hourly_limit: 9, labels: {team: x, tier: y}}"
    pull = office.open({"sarv-sync.yaml": f"{head}  {BILLING}\n  {entry}\n"})
    planned = office.plan(pull)
    with office.checkout(pull.head) as folder:
        validated = office.step("validate", folder)
    line = head.count("\n")
    for job, code, reason in ((planned, 4, "budget"), (validated, 3, "input")):
        assert (job.code, job.outputs["failure-reason"]) == (code, reason), job.said
        found = [one for one in job.commands if one.name == "error"]
        places = [(one.properties["file"], one.properties["line"], one.properties["col"]) for one in found]
        assert places == [("sarv-sync.yaml", str(line - 3), "3"), ("sarv-sync.yaml", str(line + 1), "3")]
        assert ["with team=x may" in found[0].data, "has no label `tier`" in found[1].data] == [True, True]


def test_a_fork_without_secrets_is_planned_from_the_snapshot(office: Office) -> None:
    with office.checkout("main") as folder:
        taken = office.step("snapshot", folder, event="schedule")
    assert taken.code == 0, taken.said
    assert "ublished" in taken.summary
    pull = office.open(office.users(RAISED), head_repository="stranger/mail")
    office.forge.add_token("ghs_reader", permissions={"contents": "read", "pull-requests": "read"})
    calls = len(office.sandbox.calls)
    planned = office.plan(
        pull, head_repository="stranger/mail", snapshot="state", token="", github_token="ghs_reader"
    )
    assert (planned.code, planned.outputs["updated"]) == (0, "1"), planned.said
    assert "snapshot" in planned.summary
    assert len(office.sandbox.calls) == calls
    assert bodies(office, pull.number) == []
    assert office.reviews() == []
    assert "the token may only read here" in planned.said
