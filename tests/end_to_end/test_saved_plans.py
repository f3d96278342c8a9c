"""`--out`, and what a reviewed plan, or its digest, does and does not allow."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import bind, by_user, calls, in_account, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import Workplace

PLAIN = (1000, 100, "Enable")
WAYS = (("apply", "plan.json"), ("apply", "--approved", "plan.json"))


def reviewed(work: Workplace, serve: Serve) -> Sandbox:
    """Plan an update of `a` and of `b` and a create of `c`, and save that as `plan.json`."""
    sandbox = serve(users=(user("smtp1"), user("smtp2")))
    bind(work, sandbox, a="smtp1", b="smtp2")
    work.users("a: {hourly_limit: 5}\nb: {hourly_limit: 5}\nc: {}")
    assert work.run("plan", "--out", "plan.json").code == 0
    return sandbox


def test_out_writes_the_document_that_json_prints(work: Workplace, serve: Serve) -> None:
    reviewed(work, serve)
    saved = json.loads((work.path / "plan.json").read_text())
    assert saved == work.run("plan", "--format", "json").json
    assert set(work.files()) == {"plan.json", "sarv-sync.state.json", "sarv-sync.yaml"}


@pytest.mark.parametrize("way", WAYS)
def test_a_reviewed_plan_is_carried_out_without_asking(work: Workplace, serve: Serve, way: tuple[str, ...]) -> None:
    sandbox = reviewed(work, serve)
    done = work.run(*way, "--format", "json")
    assert (done.code, done.json["verified"]) == (0, True), done.said
    assert in_account(sandbox) == [(1000, 5, "Enable"), (1000, 5, "Enable"), PLAIN]
    again = work.run(*way)
    assert (again.code, calls(sandbox, "addSmtp")) == (0, 1), "all of it is done already, which is fine"


@pytest.mark.parametrize("way", WAYS)
def test_a_plan_of_which_part_is_done_is_fine(work: Workplace, serve: Serve, way: tuple[str, ...]) -> None:
    sandbox = reviewed(work, serve)
    assert work.apply("--target", "a").code == 0
    assert work.run(*way).code == 0
    assert in_account(sandbox) == [(1000, 5, "Enable"), (1000, 5, "Enable"), PLAIN]


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ("a: {hourly_limit: 5}\nb: {hourly_limit: 5}\nc: {}\nd: {}", ["d", "create"]),
        ("a: {hourly_limit: 6}\nb: {hourly_limit: 5}\nc: {}", ["a", "5", "6"]),
        ("a: {hourly_limit: 5, status: Disable}\nb: {hourly_limit: 5}\nc: {}", ["a", "status"]),
        ("a: {hourly_limit: 5}\nb: {hourly_limit: 5}\nc: {total_limit: 2000}", ["c", "2000"]),
        ("a: {hourly_limit: 5}\nc: {}", ["b", "disable"]),
    ],
)
def test_a_new_or_different_action_is_refused_and_shown(
    work: Workplace, serve: Serve, entries: str, words: list[str]
) -> None:
    sandbox = reviewed(work, serve)
    work.users(entries)
    done = work.run("apply", "--approved", "plan.json")
    assert (done.code, in_account(sandbox)) == (4, [PLAIN, PLAIN]), done.said
    assert all(word in done.err for word in words), done.err


def test_an_account_that_changed_since_is_refused(work: Workplace, serve: Serve) -> None:
    sandbox = reviewed(work, serve)
    sandbox.account.edit("smtp1", hourly_limit=50)
    done = work.run("apply", "plan.json")
    assert (done.code, by_user(sandbox)["smtp1"]) == (4, (1000, 50, "Enable")), done.said
    assert "100" in done.err
    assert "50" in done.err


def test_a_plan_for_another_account_is_refused(work: Workplace, serve: Serve) -> None:
    reviewed(work, serve)
    (work.path / "sarv-sync.state.json").unlink()
    other = serve(users=(user("smtp1"), user("smtp2")))
    done = work.run("apply", "plan.json")
    assert (done.code, "another account" in done.err, in_account(other)) == (4, True, [PLAIN, PLAIN])


def test_an_empty_plan_allows_nothing(work: Workplace, sandbox: Sandbox) -> None:
    work.users("")
    assert work.run("plan", "--out", "plan.json").code == 0
    work.users("a: {}")
    assert (work.run("apply", "plan.json").code, in_account(sandbox)) == (4, [])


def test_a_plan_limited_to_targets_is_applied_to_those_alone(work: Workplace, serve: Serve) -> None:
    sandbox = reviewed(work, serve)
    assert work.run("plan", "--target", "a", "--out", "plan.json").code == 0
    assert work.run("apply", "plan.json").code == 0
    assert in_account(sandbox) == [(1000, 5, "Enable"), PLAIN]


def test_the_digest_of_the_plan_is_a_condition_and_not_an_approval(work: Workplace, serve: Serve) -> None:
    sandbox = reviewed(work, serve)
    digest = work.run("plan", "--format", "json").json["digest"]
    assert work.run("apply", "--expect-digest", digest).code == 4, "nobody approved"
    assert work.apply("--expect-digest", digest).code == 0
    assert calls(sandbox, "addSmtp") == 1


@pytest.mark.parametrize("change", [lambda d: d[:-1] + ("0" if d[-1] != "0" else "1"), lambda d: "", lambda d: "x"])
def test_another_digest_is_refused(work: Workplace, serve: Serve, change: Any) -> None:
    sandbox = reviewed(work, serve)
    digest = work.run("plan", "--format", "json").json["digest"]
    done = work.apply("--expect-digest", change(digest))
    assert (done.code, in_account(sandbox)) == (4, [PLAIN, PLAIN]), done.said
    assert digest in done.flat


def changed(document: dict[str, Any], **parts: Any) -> str:
    return json.dumps({**document, **parts})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda plan: "",
        lambda plan: "[]",
        lambda plan: "{",
        lambda plan: json.dumps(plan)[:-20],
        lambda plan: changed(plan, format="sarv-sync-plan/2"),
        lambda plan: changed(plan, surprise=1),
        lambda plan: changed(plan, changes=[{**plan["changes"][0], "action": "delete"}]),
        lambda plan: changed(plan, changes=[{**plan["changes"][0], "name": 5}]),
        lambda plan: json.dumps({key: value for key, value in plan.items() if key != "digest"}),
        lambda plan: json.dumps(plan).replace('"digest"', '"digest": "x", "digest"', 1),
    ],
)
def test_an_unreadable_plan_is_wrong_input(work: Workplace, serve: Serve, spoil: Any) -> None:
    sandbox = reviewed(work, serve)
    plan = json.loads((work.path / "plan.json").read_text())
    work.write(spoil(plan), "plan.json")
    done = work.run("apply", "plan.json", "--format", "json")
    assert (done.code, done.json["exit_code"]) == (3, 3), done.said
    assert done.json["errors"][0]["file"] == "plan.json"
    assert in_account(sandbox) == [PLAIN, PLAIN]


def test_a_plan_that_is_not_there_or_given_twice_is_wrong_input(work: Workplace, serve: Serve) -> None:
    reviewed(work, serve)
    assert work.run("apply", "nowhere.json").code == 3
    assert work.run("show", "sarv-sync.yaml").code == 3
    assert work.run("apply", "plan.json", "--approved", "plan.json").code == 3
    assert work.run("apply", "plan.json", "--target", "a").code == 3


def test_show_prints_a_saved_plan_as_plan_would(work: Workplace, serve: Serve) -> None:
    reviewed(work, serve)
    for format_ in ("text", "json", "markdown"):
        shown = work.run("show", "plan.json", "--format", format_, SARV_TOKEN=None, SARV_ENDPOINT=None)
        assert (shown.code, shown.out) == (0, work.run("plan", "--format", format_).out)


def test_a_folder_that_cannot_be_written_is_an_error(work: Workplace, serve: Serve) -> None:
    reviewed(work, serve)
    done = work.run("plan", "--out", "no/such/folder/plan.json", "--format", "json")
    assert (done.code, done.json["exit_code"]) == (1, 1)
