"""Whom a command is about: by name, by pattern, by label."""

from __future__ import annotations

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import bind, by_name, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import HEAD, Workplace

TEAMS = """\
billing: {labels: {team: finance, stage: live}}
dunning: {labels: {team: finance, stage: test}}
shop-eu: {labels: {team: shop, stage: live}}
shop-us: {labels: {team: shop, stage: live}}"""

CHOICES = [
    (["--target", "shop-*"], ["shop-eu", "shop-us"]),
    (["--target", "shop-[a-f]*"], ["shop-eu"]),
    (["--target", "?illing", "--target", "dunning"], ["billing", "dunning"]),
    (["--label", "team=finance"], ["billing", "dunning"]),
    (["--label", "team=finance", "--label", "stage=live"], ["billing"]),
    (["--label", "stage=live", "--target", "shop-*", "--target", "b*"], ["billing", "shop-eu", "shop-us"]),
]

WRONG = [
    (["--label", "team"], "--label team: this is no label"),
    (["--label", "team=finanze"], "did you mean team=finance?"),
    (["--label", "tema=finance"], "did you mean team?"),
    (["--target", "shop-x*"], "no user matches shop-x* hint: the nearest names are shop-"),
    (["--target", "billing", "--label", "team=shop"], "no user with team=shop is called billing"),
    (["--label", "team=shop", "--label", "stage=test"], "no user has team=shop and stage=test"),
]


def names(done: object) -> list[str]:
    return sorted(entry["name"] for entry in done.json["changes"])  # type: ignore[attr-defined]


def passwords(sandbox: Sandbox) -> dict[str, str]:
    return {one.smtp_user_name: one.password.reveal() for one in sandbox.account.users()}


@pytest.fixture
def bound(work: Workplace, serve: Serve) -> Sandbox:
    """Four users that are as they were applied, and one that is gone from the files."""
    sandbox = serve(users=tuple(user(f"smtp{number}") for number in range(5)))
    bind(work, sandbox, billing="smtp0", dunning="smtp1", **{"shop-eu": "smtp2", "shop-us": "smtp3", "gone": "smtp4"})
    work.users(TEAMS)
    return sandbox


@pytest.mark.parametrize(("choice", "expected"), CHOICES)
def test_apply_does_what_the_same_plan_shows_and_no_more(
    work: Workplace, sandbox: Sandbox, choice: list[str], expected: list[str]
) -> None:
    work.users(TEAMS)
    plan = work.run("plan", *choice, "--format", "json")
    assert (names(plan), plan.json["targets"]) == (expected, expected)
    assert work.apply(*choice).code == 0
    assert sorted(by_name(work, sandbox)) == expected
    assert len(sandbox.account.users()) == len(expected)


@pytest.mark.parametrize(("choice", "said"), WRONG)
@pytest.mark.parametrize("command", ["plan", "apply", "drift"])
def test_what_means_nobody_is_wrong_input_and_never_everybody(
    work: Workplace, bound: Sandbox, command: str, choice: list[str], said: str
) -> None:
    work.users(TEAMS, HEAD.replace("1000", "2000"))
    done = work.run(command, *choice, *(["--auto-approve"] if command == "apply" else []))
    assert done.code == 3
    assert said in done.flat
    assert {call.call for call in bound.calls} <= {"listSmtp"}


@pytest.mark.parametrize(("choice", "expected"), CHOICES)
def test_drift_is_looked_for_among_the_chosen(
    work: Workplace, bound: Sandbox, choice: list[str], expected: list[str]
) -> None:
    for one in bound.account.users():
        bound.account.edit(one.smtp_user_name, hourly_limit=7)
    done = work.run("drift", *choice, "--format", "json")
    assert (done.code, [entry["name"] for entry in done.json["drift"]]) == (2, expected)
    assert done.json["targets"] == expected


def test_drift_of_others_is_none_of_the_chosen(work: Workplace, bound: Sandbox) -> None:
    bound.account.edit("smtp2", hourly_limit=7)
    bound.account.add(9, 9)
    work.users(TEAMS, HEAD + "unmanaged: forbid\n")
    done = work.run("drift", "--label", "team=finance")
    assert done.code == 0
    assert done.out.endswith("No drift: every user that was looked at is as it was last applied.\n")
    assert "limited to billing, dunning" in done.flat
    assert work.run("drift", "--target", "shop-*").code == 2
    assert work.run("drift").code == 2


@pytest.mark.parametrize("where", [["--metrics", "drift.prom"], ["--pushgateway", "http://127.0.0.1:9"]])
def test_metrics_of_some_are_not_written_as_those_of_all(work: Workplace, bound: Sandbox, where: list[str]) -> None:
    done = work.run("drift", "--label", "team=finance", *where)
    assert (done.code, bound.calls) == (3, ())
    assert "would pass for those of all" in done.flat
    assert not (work.path / "drift.prom").exists()


def test_names_that_are_gone_have_no_label_and_the_plan_says_so(work: Workplace, bound: Sandbox) -> None:
    plan = work.run("plan", "--label", "team=finance", "--format", "json").json
    assert plan["changes"] == []
    assert plan["warnings"][-1]["message"] == (
        "the plan is limited to billing, dunning; 1 name that is gone from the files is not looked at: gone"
    )
    assert names(work.run("plan", "--target", "g*", "--format", "json")) == ["gone"]


def test_a_saved_plan_is_applied_to_the_names_that_its_pattern_meant_then(work: Workplace, sandbox: Sandbox) -> None:
    work.users(TEAMS)
    work.run("plan", "--target", "shop-*", "--out", "plan.json")
    work.users(f"{TEAMS}\nshop-jp: {{labels: {{team: shop}}}}")
    assert work.run("apply", "--approved", "plan.json").code == 0
    assert sorted(by_name(work, sandbox)) == ["shop-eu", "shop-us"]


@pytest.mark.parametrize("choice", [["--target", "a"], ["--label", "team=finance"]])
def test_a_saved_plan_is_not_limited_any_further(work: Workplace, sandbox: Sandbox, choice: list[str]) -> None:
    work.users(TEAMS)
    work.run("plan", "--out", "plan.json")
    done = work.run("apply", "--approved", "plan.json", *choice)
    assert done.code == 3
    assert f"{choice[0]} cannot be given with a saved plan" in done.flat
    assert sandbox.account.users() == ()


@pytest.mark.parametrize(("choice", "expected"), CHOICES)
def test_the_state_is_listed_and_shown_in_part(
    work: Workplace, bound: Sandbox, choice: list[str], expected: list[str]
) -> None:
    assert sorted(work.run("state", "list", *choice, "--format", "json").json["bindings"]) == expected
    for command in (["state", "list"], ["show"]):
        shown = work.run(*command, *choice).out
        assert [name for name in by_name(work, bound) if f"{name} " in shown] == expected


def test_a_name_that_is_gone_is_shown_by_its_name(work: Workplace, bound: Sandbox) -> None:
    assert "smtp4" in work.run("state", "list", "--target", "go*").out
    done = work.run("state", "list", "--target", "gon")
    assert (done.code, "did you mean gone?" in done.flat) == (3, True)


def test_a_part_of_the_state_document_is_refused(work: Workplace, bound: Sandbox) -> None:
    done = work.run("show", "--target", "billing", "--format", "json")
    assert done.code == 3
    assert "would pass for the whole" in done.flat


def test_a_part_of_a_saved_plan_says_so_and_has_no_digest(work: Workplace, bound: Sandbox) -> None:
    work.users(TEAMS, HEAD.replace("100}", "50}"))
    digest = work.run("plan", "--out", "plan.json", "--format", "json").json["digest"]
    for choice in (["--target", "shop-*"], ["--label", "team=shop"]):
        shown = work.run("show", "plan.json", *choice)
        assert shown.code == 0
        assert "Part of the plan for owner 10042" in shown.out
        assert "A part is shown: 2 of 5 changes." in shown.out
        assert "4 to update, 1 to disable" in shown.flat
        assert "billing" not in shown.out
        assert digest not in shown.out
    assert digest in work.run("show", "plan.json").out


@pytest.mark.parametrize("format_", ["json", "markdown"])
def test_a_part_of_a_saved_plan_is_refused_where_it_would_pass_for_the_whole(
    work: Workplace, bound: Sandbox, format_: str
) -> None:
    work.users(TEAMS, HEAD.replace("100}", "50}"))
    work.run("plan", "--out", "plan.json")
    done = work.run("show", "plan.json", "--target", "shop-*", "--format", format_)
    assert done.code == 3
    assert "would pass for the whole" in done.flat


def test_a_saved_plan_that_says_nothing_of_a_name_does_not_show_everything(work: Workplace, bound: Sandbox) -> None:
    work.run("plan", "--out", "plan.json")
    done = work.run("show", "plan.json", "--target", "billing")
    assert (done.code, "no user of the plan is called billing" in done.flat) == (3, True)


SINK = 'credentials: [{sink: dotenv, path: "secrets/{name}.env"}]\n'


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (["shop-*"], ["shop-eu", "shop-us"]),
        (["shop-*", "billing"], ["billing", "shop-eu", "shop-us"]),
        (["*", "--label", "team=finance"], ["billing", "dunning"]),
    ],
)
def test_passwords_are_changed_by_pattern(
    work: Workplace, bound: Sandbox, choice: list[str], expected: list[str]
) -> None:
    work.users(TEAMS, HEAD + SINK)
    before = passwords(bound)
    assert work.run("rotate", *choice, "--auto-approve").code == 0
    bindings = work.state()["bindings"]
    changed = {user for user, password in passwords(bound).items() if password != before[user]}
    assert sorted(name for name in bindings if bindings[name]["smtp_user_name"] in changed) == expected


@pytest.mark.parametrize("choice", [["shop-x*"], ["--label", "team=finanze"], ["--label", "team"]])
def test_no_password_is_changed_where_nobody_is_meant(work: Workplace, bound: Sandbox, choice: list[str]) -> None:
    work.users(TEAMS, HEAD + SINK)
    assert work.run("rotate", *choice, "--auto-approve").code == 3
    assert {call.call for call in bound.calls} <= {"listSmtp"}


@pytest.mark.parametrize(("choice", "expected"), CHOICES)
def test_the_history_is_that_of_the_chosen(
    work: Workplace, sandbox: Sandbox, choice: list[str], expected: list[str]
) -> None:
    work.users(TEAMS)
    assert work.apply().code == 0
    [run] = work.run("history", *choice, "--format", "json").json["runs"]
    assert sorted(change["name"] for change in run["changes"]) == expected
    shown = work.run("history", run["id"], *choice).out
    assert [name for name in by_name(work, sandbox) if f"{name} " in shown] == expected


def test_the_history_knows_no_label_that_nobody_has(work: Workplace, bound: Sandbox) -> None:
    done = work.run("history", "--label", "team=finanze")
    assert (done.code, "did you mean team=finance?" in done.flat) == (3, True)
