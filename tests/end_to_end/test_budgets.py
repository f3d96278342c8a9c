"""Sums, raises and labels: what the files promise together is checked before anything is done."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import bind, by_user, calls, in_account, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import HEAD, Ended, Workplace

TEAM = HEAD.replace("hourly_limit: 100}", "hourly_limit: 100, labels: {team: finance}}")


@dataclass(frozen=True, slots=True)
class Case:
    """Files that go too far: `head` and `users`, and the `place` that is named. `validate` sees it if `alone`.

    `remedy` is what to change in the head, from and to, for everything to be let through.
    """

    head: str
    users: str
    place: str
    remedy: tuple[str, str]
    alone: bool = True


CASES = {
    "max_total_hourly": Case(
        HEAD + "guards:\n  max_total_hourly: 199\n", "a: {}\nb: {}", "sarv-sync.yaml:5:3", ("199", "200")
    ),
    "hourly budget": Case(
        TEAM + "budgets:\n  - {labels: {team: finance}, hourly_limit: 199}\n",
        "a: {}\nb: {}\nc: {labels: {}}",
        "sarv-sync.yaml:5:5",
        ("199", "200"),
    ),
    "total budget": Case(
        TEAM + "budgets:\n  - labels: {team: finance}\n    total_limit: 1999\n",
        "a: {}\nb: {}",
        "sarv-sync.yaml:5:5",
        ("1999", "2000"),
    ),
    "required label": Case(
        HEAD + "require_labels: [team]\n", "a: {labels: {team: x}}\nb: {}", "sarv-sync.yaml:7:3", ("[team]", "[]")
    ),
    "max_raise": Case(
        HEAD + "guards: {max_raise: 1.9x}\n",
        "a:\n  smtp_user_name: smtp1\n  hourly_limit: 190",
        "sarv-sync.yaml:8:5",
        ("1.9x", "2x"),
        alone=False,
    ),
    "max_creates": Case(
        HEAD + "guards: {max_creates: 1}\n", "a: {}\nb: {}", "sarv-sync.yaml:4:10", (": 1}", ": 2}"), alone=False
    ),
    "max_updates": Case(
        HEAD + "guards:\n  max_updates: 0\n", "a: {smtp_user_name: smtp1}", "sarv-sync.yaml:5:3", (": 0", ": 1"),
        alone=False,
    ),
    "max_disables": Case(
        HEAD + "guards: {max_disables: 0}\n", "a: {smtp_user_name: smtp1, status: Disable}", "sarv-sync.yaml:4:10",
        (": 0", ": 1"), alone=False,
    ),
}  # fmt: skip
"""Against an account whose smtp1 has the limits 1000 and 95."""


def refused(done: Ended, code: int, place: str) -> None:
    """Hold that the run ended with `code`, naming `place`, and showing its line."""
    assert done.code == code, done.said
    line = place.split(":")[1]
    assert f"error: {place}: " in done.err
    assert f"\n  {line} | " in done.err
    assert "hint:" in done.err


@pytest.mark.parametrize("name", sorted(CASES))
def test_what_goes_too_far_is_refused_as_a_whole_where_it_stands(work: Workplace, serve: Serve, name: str) -> None:
    case, sandbox = CASES[name], serve(users=(user("smtp1", 1000, 95),))
    work.users(case.users, case.head)
    before = work.files()
    if case.alone:
        refused(work.run("validate"), 3, case.place)
    else:
        assert work.run("validate").code == 0
    refused(work.apply(), 4, case.place)
    assert by_user(sandbox) == {"smtp1": (1000, 95, "Enable")}
    assert {call.call for call in sandbox.calls} == {"listSmtp"}
    assert work.files() == before
    work.users(case.users, case.head.replace(*case.remedy))
    assert work.run("validate").code == 0
    assert work.apply().code == 0


def test_a_plan_shows_what_would_be_refused_and_where(work: Workplace, sandbox: Sandbox) -> None:
    case = CASES["hourly budget"]
    work.users(case.users, case.head)
    plan = work.run("plan", "--detailed-exitcode")
    assert plan.code == 2
    assert (
        "Refused: apply would do nothing at all ! sarv-sync.yaml:5: the enabled users with team=finance" in plan.flat
    )
    [entry] = work.run("plan", "--format", "json").json["refused"]
    assert (entry["reason"], entry["source"]) == ("budget", {"file": "sarv-sync.yaml", "line": 5})
    assert "| `sarv-sync.yaml:5` |" in work.run("plan", "--format", "markdown").out


def test_everything_is_told_at_once_in_file_order_also_of_included_files(work: Workplace, sandbox: Sandbox) -> None:
    head = TEAM + (
        "include: [users/*.yaml]\n"
        "guards: {max_total_hourly: 1}\n"
        "require_labels: [team, tier]\n"
        "budgets: [{labels: {team: finance}, hourly_limit: 1, total_limit: 1}]\n"
    )
    work.users("a: {}", head)
    work.write("users:\n  z: {labels: {tier: gold}}\n", "users/2.yaml")
    work.write("users:\n\n  b: {hourly_limit: 300}\n", "users/1.yaml")
    done = work.run("validate", "--format", "json")
    found = [(fault["file"], fault["line"], fault["column"]) for fault in done.json["errors"]]
    assert (done.code, done.json["exit_code"]) == (3, 3)
    assert found == [
        ("sarv-sync.yaml", 5, 10),
        ("sarv-sync.yaml", 7, 11),
        ("sarv-sync.yaml", 7, 11),
        ("sarv-sync.yaml", 9, 3),
        ("users/1.yaml", 3, 3),
        ("users/2.yaml", 2, 3),
    ]
    assert all(fault["hint"] for fault in done.json["errors"])
    assert "b 300 (users/1.yaml:3), a 100 (sarv-sync.yaml:9)" in done.json["errors"][0]["message"]
    applied = work.apply("--format", "json").json
    assert sorted(applied["errors"], key=str) == sorted(done.json["errors"], key=str)


def test_files_elsewhere_are_named_as_they_are_typed(work: Workplace, sandbox: Sandbox) -> None:
    case = CASES["required label"]
    work.users(case.users, case.head)
    (work.path / "accounts").mkdir()
    (work.path / "sarv-sync.yaml").rename(work.path / "accounts" / "mail.yaml")
    for done in (work.run("validate", "-c", "accounts/mail.yaml"), work.apply("-c", "accounts/mail.yaml")):
        assert "error: accounts/mail.yaml:7:3: b has no label `team`" in done.err
        assert "\n  7 |   b: {}\n" in done.err


def test_no_line_that_may_hold_a_secret_is_shown(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {description: 'password: hunter2'}", HEAD + "require_labels: [team]\n")
    for done in (work.run("validate"), work.apply()):
        assert "sarv-sync.yaml:6:3: a has no label" in done.err
        assert "hunter" not in done.said


def test_what_the_hints_say_to_allow_lets_one_run_through(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp1", 1000, 95),))
    work.users(
        "a: {smtp_user_name: smtp1, hourly_limit: 190}", HEAD + "guards: {max_raise: 1x, max_total_hourly: 9}\n"
    )
    assert work.apply("--allow", "max_raise=2x").code == 4
    assert work.apply("--allow", "max_total_hourly=190").code == 4
    done = work.apply()
    assert "--allow max_total_hourly=190 to one apply" in done.flat
    assert "--allow max_raise=2x for this run" in done.flat
    plan = work.run("plan", "--format", "json", "--allow", "max_raise=2x", "--allow", "max_total_hourly=190")
    assert plan.json["refused"] == []
    assert work.apply("--allow", "max_total_hourly=190", "--allow", "max_raise=2x").code == 0
    assert in_account(sandbox) == [(1000, 190, "Enable")]


@pytest.mark.parametrize(
    "text", ["max_raise=2", "max_raise=0.5x", "max_raise=x", "max_total_hourly=9%", "max_total_hourly=", "budgets=9"]
)
def test_what_allow_cannot_read_or_raise_is_wrong_input(work: Workplace, sandbox: Sandbox, text: str) -> None:
    work.users("a: {}")
    assert (work.apply("--allow", text).code, in_account(sandbox)) == (3, [])


def test_no_target_gets_around_a_budget(work: Workplace, sandbox: Sandbox) -> None:
    case = CASES["hourly budget"]
    work.users(case.users, case.head)
    assert work.apply("--target", "c").code == 4
    assert calls(sandbox, "addSmtp") == 0


def test_what_is_left_to_the_account_counts_as_the_account_has_it(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp1", 1000, 5000),))
    bind(work, sandbox, a="smtp1")
    work.users("a: {ignore_changes: [hourly_limit]}", HEAD + "guards: {max_total_hourly: 4999}\n")
    assert work.run("validate").code == 0
    done = work.apply()
    assert done.code == 4
    assert "a 5,000 in the account (sarv-sync.yaml:6)" in done.flat


def test_a_raise_is_told_where_the_raised_value_stands(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp1"), user("smtp2")))
    bind(work, sandbox, a="smtp1", b="smtp2")
    head = HEAD.replace("hourly_limit: 100", "hourly_limit: 101") + "guards: {max_raise: 1x}\nprofiles:\n"
    work.users("a: {profile: big}\nb: {}", head + "  big:\n    total_limit: 1500\n")
    done = work.apply("--format", "json")
    assert [(fault["line"], fault["message"].split(",")[0]) for fault in done.json["errors"]] == [
        (3, "hourly_limit of a would grow from 100 to 101"),
        (7, "total_limit of a would grow from 1"),
    ]
    assert "1 more user has it from the same place" in done.json["errors"][0]["message"]
