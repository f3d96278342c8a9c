"""`rotation: alternate`: two users take turns, so that what is in use stays valid while the new password arrives."""

from __future__ import annotations

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import by_name, calls, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.passwords.logins import (
    WITH_SINK,
    accepted,
    applied,
    bound,
    changes,
    delivered,
    drift,
    held,
    names,
    passwords,
    planned,
)
from tests.end_to_end.workplace import Ended, Workplace

ON, OFF = (1000, 100, "Enable"), (1000, 100, "Disable")
FIRST, SECOND = "billing", "billing+2"


def entry(more: str = "", grace: str = "0s", name: str = FIRST) -> str:
    return f"{name}: {{rotation: alternate, grace: {grace}{more}}}"


def rotate(work: Workplace, *arguments: str) -> Ended:
    done = work.run("rotate", *(arguments or (FIRST,)), "--auto-approve", "--format", "json")
    assert done.code == 0, done.said
    return done


def in_turns(work: Workplace, grace: str = "24h") -> None:
    """Make both users: the second serves, and the first has its grace."""
    work.users(entry(grace=grace), WITH_SINK)
    applied(work)
    rotate(work)


def assert_serves(work: Workplace, sandbox: Sandbox, name: str) -> None:
    """Assert that what was delivered is the password of `name`, and is let in."""
    assert held(work, FIRST) == (bound(work)[name], passwords(work, sandbox)[name])
    assert held(work, FIRST) in accepted(sandbox)


def test_the_whole_life_of_a_pair(work: Workplace, sandbox: Sandbox) -> None:
    work.users(entry(), WITH_SINK)
    applied(work)
    assert by_name(work, sandbox) == {FIRST: ON}
    before = held(work, FIRST)

    done = rotate(work)
    assert [(each["name"], each["action"]) for each in done.json["applied"]] == [(SECOND, "create")]
    assert names(done.json["delivered"]) == [SECOND]
    assert by_name(work, sandbox) == {FIRST: ON, SECOND: ON}
    assert before in accepted(sandbox), "what is in use goes on working"
    assert_serves(work, sandbox, SECOND)

    assert planned(work) == {(FIRST, "update")}
    done = applied(work)
    assert by_name(work, sandbox) == {FIRST: OFF, SECOND: ON}
    assert accepted(sandbox) == {held(work, FIRST)}
    assert drift(work) == set()

    serving = [SECOND, FIRST]
    for turn in range(1, 5):
        idle, other = serving[turn % 2], serving[(turn + 1) % 2]
        resets = calls(sandbox, "resetSmtpPassword")
        done = rotate(work)
        assert [(each["name"], each["action"]) for each in done.json["applied"]] == [(idle, "rotate")]
        assert calls(sandbox, "resetSmtpPassword") == resets + 1
        assert by_name(work, sandbox) == {FIRST: ON, SECOND: ON}
        assert_serves(work, sandbox, idle)
        applied(work)
        assert by_name(work, sandbox) == {idle: ON, other: OFF}
        assert_serves(work, sandbox, idle)
    assert (len(sandbox.account.users()), calls(sandbox, "addSmtp")) == (2, 2)


@pytest.mark.parametrize("policy", ["password_version: 2", "rotate: {every: 1ms}, grace: 0s"])
def test_the_files_can_ask_for_a_turn(work: Workplace, sandbox: Sandbox, policy: str) -> None:
    work.users(entry(grace="0s"), WITH_SINK)
    applied(work)
    asked = f"billing: {{rotation: alternate, {policy}{'' if 'grace' in policy else ', grace: 0s'}}}"
    work.users(asked, WITH_SINK)
    assert planned(work) == {(SECOND, "create"), (SECOND, "deliver")}
    done = work.apply()
    assert done.code == 0, done.said
    assert_serves(work, sandbox, SECOND)


def test_within_its_grace_a_user_keeps_its_password(work: Workplace, sandbox: Sandbox) -> None:
    in_turns(work)
    before = passwords(work, sandbox)
    refused = work.run("rotate", FIRST, "--auto-approve", "--format", "json")
    assert refused.code == 4, refused.said
    [blocked] = refused.json["blocked"]
    assert (blocked["name"], blocked["reason"]) == (FIRST, "grace")
    assert "shorten `grace`" in blocked["hint"]
    work.users(entry(", password_version: 2", grace="24h"), WITH_SINK)
    assert work.apply().code == 4
    assert passwords(work, sandbox) == before
    assert by_name(work, sandbox) == {FIRST: ON, SECOND: ON}
    work.users(entry(", rotate: {every: 1ms}", grace="1ms"), WITH_SINK)
    rotate(work)
    assert_serves(work, sandbox, FIRST)


def test_a_rotation_that_is_run_on_a_schedule_ends_graces_too(work: Workplace, sandbox: Sandbox) -> None:
    in_turns(work, grace="1ms")
    done = work.run("rotate", "--due", "--auto-approve", "--format", "json")
    assert (done.code, names(done.json["applied"])) == (0, [FIRST]), done.said
    assert by_name(work, sandbox) == {FIRST: OFF, SECOND: ON}


def test_state_and_plan_show_both(work: Workplace, sandbox: Sandbox) -> None:
    in_turns(work)
    listed = work.run("state", "list").out.splitlines()
    assert [line.split()[:2] for line in listed[1:]] == [[name, bound(work)[name]] for name in (FIRST, SECOND)]
    assert "idle" in listed[1]
    assert f"no; {SECOND}" in work.run("state", "show", FIRST).flat
    assert f"yes; {FIRST}" in work.run("state", "show", SECOND).flat
    work.users(entry(", hourly_limit: 7", grace="1ms"), WITH_SINK)
    text = work.run("plan").flat
    assert FIRST in text
    assert SECOND in text
    assert work.run("plan", "--format", "json").json["unmanaged"] == []
    exported = work.run("export")
    assert exported.code == 0, exported.said
    assert len(sandbox.account.users()) == 2


def test_limits_are_those_of_both(work: Workplace, sandbox: Sandbox) -> None:
    in_turns(work)
    work.users(entry(", hourly_limit: 7", grace="24h"), WITH_SINK)
    assert planned(work) == {(FIRST, "update"), (SECOND, "update")}
    applied(work)
    assert by_name(work, sandbox) == {FIRST: (1000, 7, "Enable"), SECOND: (1000, 7, "Enable")}


def test_an_entry_that_is_switched_off_switches_both_off(work: Workplace, sandbox: Sandbox) -> None:
    in_turns(work)
    work.users(entry(", status: Disable", grace="24h"), WITH_SINK)
    applied(work)
    assert by_name(work, sandbox) == {FIRST: OFF, SECOND: OFF}
    work.users(entry(grace="24h"), WITH_SINK)
    applied(work)
    assert_serves(work, sandbox, SECOND)


def test_an_entry_that_is_gone_disables_both_and_gets_both_back(work: Workplace, sandbox: Sandbox) -> None:
    in_turns(work)
    work.users("other: {}", WITH_SINK)
    assert planned(work) == {(FIRST, "disable"), (SECOND, "disable"), ("other", "create"), ("other", "deliver")}
    applied(work)
    assert [name for name, _ in accepted(sandbox)] == [bound(work)["other"]]
    work.users(entry(grace="24h"), WITH_SINK)
    assert work.apply().code == 0
    assert planned(work) == set()
    assert set(bound(work)) == {FIRST, SECOND}
    assert calls(sandbox, "addSmtp") == 3
    assert_serves(work, sandbox, SECOND)


def test_to_forget_an_entry_forgets_both(work: Workplace, sandbox: Sandbox) -> None:
    in_turns(work)
    work.users("other: {}\n", WITH_SINK + "removed: {billing: forget}\n")
    assert {change for change in planned(work) if change[0] != "other"} == {(FIRST, "forget"), (SECOND, "forget")}
    applied(work)
    assert set(bound(work)) == {"other"}
    assert len(accepted(sandbox)) == 3, "they are let go of, not disabled"


def test_a_rename_takes_both_along(work: Workplace, sandbox: Sandbox) -> None:
    in_turns(work)
    users = bound(work)
    work.users(entry(", renamed_from: billing", grace="24h", name="invoices"), WITH_SINK)
    plan = work.run("plan", "--format", "json")
    assert changes(plan) == {("invoices", "rename"), ("invoices+2", "rename"), ("invoices+2", "deliver")}
    applied(work)
    assert bound(work) == {"invoices": users[FIRST], "invoices+2": users[SECOND]}
    assert held(work, "invoices") == (users[SECOND], passwords(work, sandbox)["invoices+2"])


def test_back_to_in_place_what_was_delivered_goes_on_working(work: Workplace, sandbox: Sandbox) -> None:
    in_turns(work)
    work.users("billing: {}", WITH_SINK)
    applied(work)
    assert_serves(work, sandbox, SECOND)
    old = held(work, FIRST)
    rotate(work)
    assert_serves(work, sandbox, SECOND)
    assert old not in accepted(sandbox)
    applied(work)
    assert calls(sandbox, "addSmtp") == 2


def test_a_second_user_can_be_one_that_is_there(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp1"), user("smtp2", 7, 5, "Disable")))
    pins = ", smtp_user_name: smtp1, alternate_smtp_user_name: smtp2"
    work.users(entry(pins), WITH_SINK)
    applied(work)
    assert bound(work) == {FIRST: "smtp1", SECOND: "smtp2"}
    assert by_name(work, sandbox) == {FIRST: ON, SECOND: OFF}
    assert_serves(work, sandbox, FIRST)
    rotate(work)
    assert_serves(work, sandbox, SECOND)
    assert calls(sandbox, "addSmtp") == 0


def test_graces_that_end_together_hit_no_guard(work: Workplace, sandbox: Sandbox) -> None:
    users = "\n".join(entry(name=f"u{number}") for number in range(10))
    head = WITH_SINK + "guards: {max_disables: 1, max_creates: 100}\n"
    work.users(users, head)
    applied(work)
    rotate(work, "--all")
    assert work.run("plan", "--format", "json").json["summary"]["update"] == 10
    applied(work)
    assert sum(1 for each in sandbox.account.users() if each.settings.status == "Enable") == 10
    assert {(login, password) for login, password in accepted(sandbox)} == {held(work, f"u{n}") for n in range(10)}


def test_a_first_turn_counts_as_a_rotation(work: Workplace, sandbox: Sandbox) -> None:
    work.users("\n".join(entry(name=f"u{number}") for number in range(3)), WITH_SINK + "guards: {max_rotations: 2}\n")
    applied(work)
    refused = work.run("rotate", "--all", "--auto-approve")
    assert (refused.code, "guards.max_rotations allows 2" in refused.flat) == (4, True), refused.said
    assert len(sandbox.account.users()) == 3


def test_somebody_changes_the_password_of_the_one_that_serves(work: Workplace, sandbox: Sandbox) -> None:
    in_turns(work)
    sandbox.account.reset(bound(work)[FIRST])
    assert drift(work) == set(), "nobody is served by it"
    sandbox.account.reset(bound(work)[SECOND])
    assert drift(work) == {(SECOND, "password_changed")}
    applied(work)
    assert_serves(work, sandbox, SECOND)


def test_a_turn_whose_delivery_fails_leaves_the_other_serving_until_it_arrives(
    work: Workplace, sandbox: Sandbox
) -> None:
    script = '#!/bin/sh\ncase "$(cat)" in *\'"check"\'*) exit 0;; esac\ntest ! -e closed\n'
    work.write(script, "deliver.sh").chmod(0o755)
    work.users(entry(), WITH_SINK.replace("]", ", {sink: command, command: [./deliver.sh]}]"))
    applied(work)
    work.write("", "closed")
    failed = work.run("rotate", FIRST, "--auto-approve", "--format", "json")
    assert (failed.code, names(failed.json["undelivered"])) == (5, [SECOND]), failed.said
    assert planned(work) == {(SECOND, "deliver")}
    assert by_name(work, sandbox) == {FIRST: ON, SECOND: ON}, "some targets may still hold the first one's"
    (work.path / "closed").unlink()
    assert work.apply().code == 0
    assert planned(work) == {(FIRST, "update")}
    applied(work)
    assert by_name(work, sandbox) == {FIRST: OFF, SECOND: ON}
    assert delivered(work)[FIRST] == passwords(work, sandbox)[SECOND]


def test_moving_or_forgetting_an_entry_names_both_its_users(work: Workplace, sandbox: Sandbox) -> None:
    in_turns(work)
    first, second = bound(work)[FIRST], bound(work)[SECOND]

    moved = work.run("state", "mv", FIRST, "invoices")
    assert f"invoices now owns the users {first} and {second} that were {FIRST}'s" in moved.out
    assert bound(work) == {"invoices": first, "invoices+2": second}

    gone = work.run("state", "rm", "invoices")
    assert f"invoices is forgotten; its users {first} and {second} stay in the account." in gone.out
    assert f"pin `smtp_user_name: {first}` and `alternate_smtp_user_name: {second}`" in gone.said
    assert bound(work) == {}
