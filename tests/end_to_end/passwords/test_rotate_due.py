"""Passwords that the files want changed: by a new version, or by age; and how many at a time."""

from __future__ import annotations

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import by_name, calls
from tests.end_to_end.passwords.logins import (
    WITH_SINK,
    accepted,
    applied,
    changes,
    delivered,
    held,
    names,
    passwords,
    planned,
)
from tests.end_to_end.workplace import HEAD, Workplace

OFTEN = "rotate: {every: 1ms}"
SELDOM = "rotate: {every: 90d}"


def entries(count: int, policy: str = "") -> str:
    return "\n".join(f"u{number:02}: {{{policy}}}" for number in range(count))


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in after if before.get(name) != after[name]}


def test_a_new_version_changes_the_password_once(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}\nb: {}", WITH_SINK)
    applied(work)
    before, old = passwords(work, sandbox), held(work, "a")
    work.users("a: {password_version: 2}\nb: {}", WITH_SINK)
    plan = work.run("plan", "--format", "json")
    assert changes(plan) == {("a", "rotate"), ("a", "deliver")}
    assert plan.json["summary"]["rotate"] == 1
    [rotate] = [change for change in plan.json["changes"] if change["action"] == "rotate"]
    assert (rotate["reversible"], rotate["cause"], rotate["fields"]) == (False, "config", [])
    done = applied(work)
    assert [entry["action"] for entry in done.json["applied"]] == ["rotate"]
    assert changed(before, passwords(work, sandbox)) == {"a"}
    assert delivered(work) == passwords(work, sandbox)
    assert old not in accepted(sandbox)
    assert held(work, "a") in accepted(sandbox)
    applied(work)
    assert calls(sandbox, "resetSmtpPassword") == 1


def test_a_user_that_is_made_with_a_version_keeps_its_first_password(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {password_version: 5}", WITH_SINK)
    applied(work)
    assert calls(sandbox, "resetSmtpPassword") == 0


def test_a_new_version_and_new_limits_are_one_change(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}", WITH_SINK)
    applied(work)
    work.users("a: {password_version: 2, hourly_limit: 7}", WITH_SINK)
    assert planned(work) == {("a", "rotate"), ("a", "deliver")}
    applied(work)
    assert by_name(work, sandbox) == {"a": (1000, 7, "Enable")}
    assert delivered(work) == passwords(work, sandbox)


def test_more_new_versions_than_the_guard_lets_through_are_refused(work: Workplace, sandbox: Sandbox) -> None:
    work.users(entries(11), WITH_SINK)
    applied(work)
    before = passwords(work, sandbox)
    work.users(entries(11, "password_version: 2"), WITH_SINK)
    refused = work.apply()
    assert refused.code == 4, refused.said
    assert "change the passwords of 11 users, and guards.max_rotations allows 10" in refused.flat
    assert passwords(work, sandbox) == before
    assert applied(work, "--allow", "max_rotations=11").json["verified"] is True
    assert len(changed(before, passwords(work, sandbox))) == 11
    assert delivered(work) == passwords(work, sandbox)


def test_of_old_passwords_the_oldest_go_first_and_the_rest_waits(work: Workplace, sandbox: Sandbox) -> None:
    for count in (3, 12):
        work.users(entries(count), WITH_SINK)
        applied(work)
    before = passwords(work, sandbox)
    # The numbers of the first three are the lowest; give the youngest the others' age by changing theirs again.
    assert work.run("rotate", "u00", "u01", "--auto-approve").code == 0
    young = passwords(work, sandbox)
    work.users(entries(12, OFTEN), WITH_SINK)
    plan = work.run("plan", "--format", "json").json
    assert plan["summary"]["rotate"] == 10
    waiting = "2 passwords were due for a change too, and wait: guards.max_rotations"
    assert [warning["message"].startswith(waiting) for warning in plan["warnings"]].count(True) == 1
    done = work.apply("--format", "json")
    assert done.code == 0, done.said
    after = passwords(work, sandbox)
    assert changed(young, after) == before.keys() - {"u00", "u01"}
    again = work.apply("--format", "json")
    assert (again.code, len(names(again.json["delivered"]))) == (0, 10)
    assert {"u00", "u01"} <= changed(after, passwords(work, sandbox)), "now they are the oldest"
    assert delivered(work) == passwords(work, sandbox)


def test_a_password_that_is_young_enough_stays(work: Workplace, sandbox: Sandbox) -> None:
    work.users(entries(2, SELDOM), WITH_SINK)
    applied(work)
    assert work.run("rotate", "--due", "--auto-approve").code == 0
    assert calls(sandbox, "resetSmtpPassword") == 0


@pytest.mark.parametrize("command", [("apply",), ("rotate", "--due"), ("rotate", "u00")])
def test_a_user_whose_password_nobody_would_learn_keeps_it(
    work: Workplace, sandbox: Sandbox, command: tuple[str, ...]
) -> None:
    only = WITH_SINK.replace('.env"', '.env", only: {labels: {team: finance}}')
    work.users("u00: {}\nu01: {labels: {team: finance}}", only)
    applied(work)
    before = passwords(work, sandbox)
    work.users("u00: {password_version: 2}\nu01: {password_version: 2, labels: {team: finance}}", only)
    done = work.run(*command, "--auto-approve", "--format", "json")
    assert done.code == 4, done.said
    [blocked] = done.json["blocked"]
    assert (blocked["name"], blocked["reason"]) == ("u00", "no_sink")
    expected = set() if command == ("rotate", "u00") else {"u01"}
    assert changed(before, passwords(work, sandbox)) == expected


def test_without_any_sink_no_password_is_changed(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    applied(work)
    refused = work.run("rotate", "--all", "--auto-approve")
    assert (refused.code, "no sink" in refused.flat) == (4, True), refused.said
    assert calls(sandbox, "resetSmtpPassword") == 0


def test_what_became_due_after_the_review_is_left_alone_with_a_warning(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}\nb: {}", WITH_SINK)
    applied(work)
    before = passwords(work, sandbox)
    work.users(f"a: {{{SELDOM}}}\nb: {{hourly_limit: 7}}", WITH_SINK)
    assert work.run("plan", "--out", "plan.json").code == 0
    work.users(f"a: {{{OFTEN}}}\nb: {{hourly_limit: 7}}", WITH_SINK)
    assert planned(work) == {("a", "rotate"), ("a", "deliver"), ("b", "update")}

    done = work.run("apply", "--approved", "plan.json")
    assert done.code == 0, done.said
    assert "1 password was due for a change since the plan was reviewed, and left alone" in done.flat
    assert by_name(work, sandbox)["b"] == (1000, 7, "Enable")
    assert passwords(work, sandbox) == before
    assert work.run("rotate", "--due", "--auto-approve").code == 0
    assert changed(before, passwords(work, sandbox)) == {"a"}


def test_a_rotation_that_was_reviewed_is_carried_out(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}", WITH_SINK)
    applied(work)
    before = passwords(work, sandbox)
    work.users("a: {password_version: 2}", WITH_SINK)
    assert work.run("plan", "--out", "plan.json").code == 0
    done = work.run("apply", "--approved", "plan.json")
    assert done.code == 0, done.said
    assert changed(before, passwords(work, sandbox)) == {"a"}
    again = work.run("apply", "--approved", "plan.json")
    assert (again.code, calls(sandbox, "resetSmtpPassword")) == (0, 1), again.said


def test_whatever_waits_an_adopted_users_password_is_old_from_when_it_was_met(
    work: Workplace, sandbox: Sandbox
) -> None:
    made = sandbox.account.add(1000, 100)
    work.users(f"legacy: {{smtp_user_name: {made.smtp_user_name}, {SELDOM}}}", HEAD)
    assert work.apply().code == 0
    work.users(f"legacy: {{smtp_user_name: {made.smtp_user_name}, {SELDOM}}}", WITH_SINK)
    applied(work)
    assert passwords(work, sandbox) == {"legacy": made.password.reveal()}
