"""What a step that fails leaves: exit code, reason, annotations, and all that could still be told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.github_applied import NEW, RAISED, annotated, applied_office, bodies
from tests.end_to_end.github_office import EVERYTHING, REPOSITORY, Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with applied_office(tmp_path) as office:
        yield office


def test_bad_files_are_annotated_where_they_are_wrong_and_told_in_the_comment(office: Office) -> None:
    pull = office.open(office.users("billing: {smtp_user_name: smtp1, total_limit: 0, hourly_limit: 100}"))
    failed = office.plan(pull)
    assert (failed.code, failed.outputs["exitcode"], failed.outputs["failure-reason"]) == (3, "3", "input")
    [(level, file, line, message)] = annotated(failed)
    assert (level, file, line) == ("error", "sarv-sync.yaml", "5")
    assert "total_limit" in message
    [body] = bodies(office, pull.number)
    assert "total_limit" in body
    assert "total_limit" in failed.summary


def test_files_below_a_working_directory_are_annotated_from_the_root(office: Office) -> None:
    office.push_main({"mail/sarv-sync.yaml": "version: 1\nusers: {a: {total_limit: 0, hourly_limit: 1}}\n"})
    with office.checkout("main") as folder:
        failed = office.step("validate", folder, working_directory="mail", token=None)
    assert annotated(failed)[0][:3] == ("error", "mail/sarv-sync.yaml", "2")


def test_more_than_ten_errors_are_ten_annotations(office: Office) -> None:
    lines = "\n".join(f"user{number}: {{total_limit: 0, hourly_limit: 1}}" for number in range(30))
    pull = office.open(office.users(lines))
    failed = office.plan(pull, comment="false")
    assert len(failed.commands) == 10
    assert "more" in failed.commands[-1].data
    assert failed.err.count("total_limit") >= 30


@pytest.mark.parametrize(
    ("changed", "reason", "told"),
    [
        ({"command": ""}, "input", "the input `command` is not given"),
        ({"command": "destroy"}, "input", "there is no command destroy"),
        ({"comment": "yes"}, "input", "the input `comment` is yes"),
        ({"args": "--nonsense"}, "input", "--nonsense"),
        ({"args": "'"}, "input", "close every quote"),
        ({"endpoint": ""}, "input", "must not decide where the token is sent"),
        ({"token": ""}, "input", "the input `token` is empty"),
        ({"state_options": ""}, "input", "the input `state-options` is empty"),
        ({"token": "wrong"}, "credentials", "AuthenticationError"),
        ({"config": "../elsewhere.yaml"}, "input", "does not lie in the checkout"),
        ({"config": "elsewhere.yaml"}, "input", "the file does not exist"),
        ({"github_token": "unknown", "comment": "true"}, "github", "401"),
    ],
)
def test_whatever_is_wrong_is_told_with_a_reason(
    office: Office, changed: dict[str, str], reason: str, told: str
) -> None:
    pull = office.open(office.users(RAISED))
    options = {"comment": "false", **changed}
    with office.checkout(pull.branch) as folder:
        command = options.pop("command", "plan")
        payload = {
            "pull_request": {
                "number": pull.number,
                "head": {"sha": pull.head, "repo": {"full_name": REPOSITORY}},
                "base": {"ref": "main", "sha": pull.head},
            }
        }
        failed = office.step(command, folder, event="pull_request", payload=payload, **options)
    assert failed.outputs["failure-reason"] == reason, failed.said
    assert failed.code == int(failed.outputs["exitcode"]) != 0
    assert told in failed.said
    assert [each.name for each in failed.commands] == ["error"] * len(failed.commands)
    assert failed.commands
    assert "failed" in failed.summary


def test_where_a_comment_was_asked_for_and_is_not_allowed_the_step_fails_after_all_else(office: Office) -> None:
    office.forge.add_token("ghs_mute", permissions={**EVERYTHING, "pull-requests": "read", "issues": "read"})
    pull = office.open(office.users(RAISED))
    failed = office.plan(pull, github_token="ghs_mute")
    assert (failed.code, failed.outputs["failure-reason"]) == (1, "github")
    assert "pull-requests: write" in failed.said
    assert failed.outputs["updated"] == "1"
    assert office.reviews() == []  # what was not shown cannot have been reviewed


def test_where_the_plan_cannot_be_kept_the_step_fails_and_still_comments(office: Office) -> None:
    pull = office.open(office.users(RAISED))
    hook = office.bare / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho protected >&2\nexit 1\n")
    hook.chmod(0o755)
    failed = office.plan(pull)
    assert (failed.code, failed.outputs["failure-reason"]) == (1, "state")
    assert "the plan could not be kept for the apply after the merge" in failed.said
    assert len(bodies(office, pull.number)) == 1
    assert office.plan(pull, keep_plan="false", comment="false").code == 0


def test_what_an_apply_could_not_do_is_annotated(office: Office) -> None:
    office.push_main(office.users(f"{RAISED}\n{NEW}"))
    office.sandbox.set_faults("editSmtp:general-error")
    failed = office.apply(approved_plan="none")
    assert (failed.code, failed.outputs["changes"]) == (5, "true")
    said = [each.data for each in failed.commands if each.name == "error"]
    assert any(each.startswith("billing: update ") for each in said), said
    office.sandbox.set_faults()
    assert office.apply(approved_plan="none").outputs["changes"] == "false"
