"""The examples for pull requests and merges, run by a real runner: plan, review, merge, apply."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from sarv_sync.sandbox.memory import MemoryAccount
from tests.end_to_end.accounts import by_user, in_account, user
from tests.end_to_end.act_office import NEW, RAISED, open_office
from tests.end_to_end.act_runner import Runner
from tests.end_to_end.github_office import REPOSITORY
from tests.unit.reporting.github_markdown import assert_only_ours
from tests.unit.reporting.hostile import CORPUS

ADOPTABLE = re.compile(r"[!-~]{1,200}")
RUN = frozenset({f"https://github.com/{REPOSITORY}/actions/runs/1/attempts/1"})


@pytest.fixture
def runner(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    with open_office(tmp_path, tmp_path_factory, "plan.yml", "apply.yml", "apply-gated.yml") as made:
        yield made


def test_a_pull_request_is_planned_reviewed_merged_and_applied(runner: Runner) -> None:
    office = runner.office
    pull = office.open(office.users(f"{RAISED}\n{NEW}"))
    planned = runner.pull_request("plan.yml", pull)

    assert (planned.code, planned.jobs) == (0, {"Validate": "success", "Plan": "success"}), planned.plain
    outputs = planned.outputs("Plan")
    assert (outputs["exitcode"], outputs["changes"], outputs["created"], outputs["updated"]) == (
        "2",
        "true",
        "1",
        "1",
    )
    [comment] = office.forge.comments(REPOSITORY, pull.number)
    for told in (planned.summary, comment.body):
        assert "1 to create" in told
        assert outputs["digest"] in told
    assert "1 to create" in planned.flat
    assert len(office.reviews()) == 1
    assert planned.commands == []

    office.merge(pull)
    done = runner.on_main("apply.yml", "push")

    assert (done.code, done.jobs) == (0, {"Apply": "success"}), done.plain
    assert {**done.outputs("Apply"), "digest": ""} == {
        "exitcode": "0", "changes": "false", "drift": "false", "plan-file": "", "digest": "", "created": "1",
        "updated": "1", "disabled": "0", "rotated": "0", "delivered": "0", "blocked": "0", "incomplete": "false",
        "pull-request": "", "failure-reason": "",
    }  # fmt: skip
    assert done.outputs("Apply")["digest"] == outputs["digest"]
    assert in_account(office.sandbox) == [(700, 70, "Enable"), (5000, 100, "Enable")]
    assert office.reviews() == []


def test_what_no_pull_request_has_shown_is_not_applied(runner: Runner) -> None:
    office = runner.office
    before = office.writes()
    office.push_main(office.users(RAISED))
    refused = runner.on_main("apply.yml", "push")

    assert (refused.code, refused.jobs) == (1, {"Apply": "failure"}), refused.plain
    outputs = refused.outputs("Apply")
    assert (outputs["exitcode"], outputs["failure-reason"]) == ("4", "not-reviewed")
    [told] = refused.commands
    assert (told.name, told.properties["title"]) == ("error", "sarv-sync")
    assert "no merged pull request has shown what this apply would do" in told.data
    assert "no merged pull request has shown" in refused.summary
    assert office.writes() == before


def test_behind_a_gate_the_plan_of_the_first_job_is_what_the_second_applies(runner: Runner) -> None:
    office = runner.office
    office.push_main(office.users(f"{RAISED}\n{NEW}"))
    done = runner.on_main("apply-gated.yml", "workflow_dispatch")

    assert (done.code, done.jobs) == (0, {"Plan": "success", "Apply": "success"}), done.plain
    planned, applied = done.outputs("Plan"), done.outputs("Apply")
    assert Path(planned["plan-file"]).name == "sarv-sync-plan.json"
    assert (applied["created"], applied["updated"], applied["digest"]) == ("1", "1", planned["digest"])
    assert in_account(office.sandbox) == [(700, 70, "Enable"), (5000, 100, "Enable")]


def test_behind_a_gate_nobody_is_asked_where_there_is_nothing_to_do(runner: Runner) -> None:
    done = runner.on_main("apply-gated.yml", "push")
    assert (done.code, done.jobs) == (0, {"Plan": "success"}), done.plain
    assert done.outputs("Plan")["changes"] == "false"


def test_words_of_files_and_of_the_account_start_no_command(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    names = [f"{word}-{index}" for index, word in enumerate(CORPUS) if ADOPTABLE.fullmatch(word)]
    users = {
        f"a{index}": {"smtp_user_name": name, "description": name, "labels": {"x": name}, "hourly_limit": 7}
        for index, name in enumerate(names)
    }
    assert {"::error::pwned-3", "##[group]x-7"} <= {*names}
    account = MemoryAccount(users=tuple(map(user, ["smtp1", *names])))
    with open_office(tmp_path, tmp_path_factory, "plan.yml", account=account) as runner:
        office = runner.office
        text = office.head + yaml.safe_dump({"users": users}, allow_unicode=True)
        pull = office.open({"sarv-sync.yaml": text})
        planned = runner.pull_request("plan.yml", pull)

        assert planned.jobs == {"Validate": "success", "Plan": "success"}, planned.plain
        [comment] = office.forge.comments(REPOSITORY, pull.number)
        assert "error::pwned" in planned.flat
        assert "error::pwned" in comment.body
        assert {command.name for command in planned.commands} <= {"warning"}
        assert {command.properties["title"] for command in planned.commands} <= {"sarv-sync"}
        assert planned.obeyed <= {"warning"}
        for told in (comment.body, planned.summary):
            assert_only_ours(told, RUN)


def test_names_of_files_and_words_of_faults_start_no_command(runner: Runner) -> None:
    office = runner.office
    name = "users/x`$(id)`%0A::error::y-##[error]z,title=w.yaml"
    wrong = yaml.safe_dump({"users": {"::error::a": {"total_limit": "##[error]b", "status": "\n::add-mask::c"}}})
    main = office.head + "include: [users/*.yaml]\n"
    pull = office.open({"sarv-sync.yaml": main, name: wrong})
    planned = runner.pull_request("plan.yml", pull)

    assert (planned.code, planned.jobs) == (1, {"Validate": "failure", "Plan": "failure"}), planned.plain
    assert {planned.outputs(job)["failure-reason"] for job in planned.jobs} == {"input"}
    [comment] = office.forge.comments(REPOSITORY, pull.number)
    assert "the plan could not be made" in comment.body
    assert_only_ours(comment.body, RUN)
    assert {(command.name, command.properties["title"]) for command in planned.commands} == {("error", "sarv-sync")}
    assert all(r"%0A::error::y-#\x23[error]z" in command.data for command in planned.commands)
    assert planned.obeyed == {"error"}
    assert_only_ours(planned.summary, RUN)
    assert by_user(office.sandbox)["smtp1"] == (1000, 100, "Enable")
