"""Whose password is to be changed, and why; what is in the way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.model.configuration import GuardLimit, Guards
from sarv_sync.model.plan import FieldChange
from sarv_sync.model.rotation import RotationRequest
from sarv_sync.model.state import NO_RECORD, Rotating
from sarv_sync.model.users import PasswordPolicy
from tests.unit.planning.builders import (
    account,
    bound,
    creating,
    files,
    plan,
    reasons,
    seen,
    sets,
    state,
    turns,
    user,
)
from tests.unit.planning.passwords import DAY, HOUR, IN_TURNS, Places, ago, evidence, held, proof

if TYPE_CHECKING:
    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.state import PasswordRecord

DELIVERED = held("s1", "vault a")
MONTHLY = PasswordPolicy(every=30 * DAY)


def of(
    policy: PasswordPolicy,
    record: PasswordRecord = DELIVERED,
    known: Evidence | None = None,
    listing: Any = None,
    **more: Any,
) -> Plan:
    """Plan for the entry `a`, which is bound to `s1` and has this policy and record."""
    entry = user("a", password=policy, **more)
    return plan(
        files(entry),
        state({"a": bound("s1", password=record)}),
        listing or account(seen("s1")),
        evidence=known or evidence(),
    )


def steps(made: Plan) -> list[tuple[str, str]]:
    return [(one.name, one.action) for one in made.changes]


ROTATED = [("a", "rotate"), ("a", "deliver")]


@pytest.mark.parametrize(
    ("wanted", "made_for", "due"),
    [(1, None, False), (1, 1, False), (2, None, True), (2, 1, True), (2, 2, False), (3, 2, True), (2, 3, False)],
)
def test_a_version_asks_for_a_new_password_whenever_it_grows(wanted: int, made_for: int | None, due: bool) -> None:
    made = of(PasswordPolicy(version=wanted), replace(DELIVERED, version=made_for))
    assert steps(made) == (ROTATED if due else [])
    assert [one.why for one in made.changes] == (["version", None] if due else [])


@pytest.mark.parametrize(
    ("since", "due"),
    [(ago(days=30), True), (ago(days=31), True), (ago(days=29.999), False), (None, False), ("of old", False)],
)
def test_a_password_is_changed_once_it_is_as_old_as_the_files_say(since: str | None, due: bool) -> None:
    made = of(MONTHLY, replace(DELIVERED, since=since))
    assert steps(made) == (ROTATED if due else [])


def test_without_a_clock_nothing_is_old() -> None:
    assert of(MONTHLY, replace(DELIVERED, since=ago(days=400)), evidence(now=None)).changes == ()


def test_the_age_is_of_the_user_that_serves() -> None:
    policy = replace(IN_TURNS, every=30 * DAY)
    record = {"a": held("s1", since=ago(days=40), left=ago(days=5)), "a+2": held("s2", "vault a", turn=1)}
    known = state({
        "a": bound("s1", status="Disable", password=record["a"]),
        "a+2": bound("s2", password=record["a+2"]),
    })  # fmt: skip
    listing = account(seen("s1", status="Disable"), seen("s2"))
    assert plan(files(user("a", password=policy)), known, listing, evidence=evidence()).changes == ()


def test_a_user_that_is_made_now_has_a_new_password_already() -> None:
    made = plan(files(user("a", password=PasswordPolicy(version=5))), state(), account(), evidence=evidence())
    assert steps(made) == [("a", "create"), ("a", "deliver")]
    assert made.changes[0].why is None


def test_a_user_that_is_adopted_now_keeps_its_password_until_it_is_bound() -> None:
    entry = user("a", pin="s1", password=PasswordPolicy(version=5))
    made = plan(files(entry), state(), account(seen("s1")), evidence=evidence())
    assert steps(made) == [("a", "adopt"), ("a", "deliver")]


def test_a_user_that_is_renamed_now_keeps_its_password_until_it_is() -> None:
    entry = user("a", renamed_from="old", password=PasswordPolicy(version=2))
    known = state({"old": bound("s1", password=held("s1", "vault a"))})
    made = plan(files(entry), known, account(seen("s1")), evidence=evidence())
    assert steps(made) == [("a", "rename")]


def test_an_update_of_the_same_user_is_done_along_with_the_new_password() -> None:
    made = of(PasswordPolicy(version=2), total_limit=200)
    assert steps(made) == ROTATED
    assert made.changes[0].fields == (turns("total_limit", 100, 200),)
    assert made.summary()["update"] == 0


def test_a_rotation_cannot_be_undone_and_says_where_it_comes_from() -> None:
    made = of(PasswordPolicy(version=2), line=7)
    assert not made.changes[0].reversible
    assert made.changes[0].source is not None
    assert made.changes[0].source.line == 7
    assert made.changes[0].smtp_user_name == "s1"


def test_a_change_that_is_under_way_is_not_begun_again_where_nothing_can_be_told() -> None:
    under_way = replace(DELIVERED, rotating=Rotating(ago(hours=1), proof("s1"), 2))
    assert of(PasswordPolicy(version=2), under_way, evidence(verifier=None)).changes == ()


def test_a_change_that_never_took_place_is_made_after_all() -> None:
    under_way = replace(DELIVERED, rotating=Rotating(ago(hours=1), proof("s1"), 2))
    assert steps(of(PasswordPolicy(version=2), under_way)) == ROTATED


def test_a_change_that_took_place_unheard_is_delivered_and_not_made_again() -> None:
    under_way = replace(DELIVERED, rotating=Rotating(ago(hours=1), proof("s1", "before"), 2))
    assert steps(of(PasswordPolicy(version=2), under_way)) == [("a", "deliver")]


def test_a_password_that_nobody_would_learn_is_not_changed() -> None:
    for routes in (Places(()), Places(team="finance")):
        made = of(PasswordPolicy(version=2), known=evidence(routes=routes))
        assert made.changes == ()
        assert reasons(made) == {"a": "no_sink"}
        assert made.pending
        assert made.unchanged == 0


@pytest.mark.parametrize(
    ("listing", "reason"),
    [(account(seen("s9")), "missing"), (account(seen("s9"), unreadable=["s1"]), "unreadable")],
)
def test_the_password_of_a_user_that_is_not_to_be_seen_is_not_changed(listing: Any, reason: str) -> None:
    for request in (None, RotationRequest(("a",)), RotationRequest()):
        made = of(PasswordPolicy(version=2), listing=listing, known=evidence(request=request))
        assert made.changes == ()
        assert reasons(made) == {"a": reason}, "whoever asked for it has to learn that it was not done"


def test_other_rows_that_cannot_be_read_keep_no_password_from_being_changed() -> None:
    made = of(PasswordPolicy(version=2), listing=account(seen("s1"), unreadable=["s8"]))
    assert steps(made) == ROTATED


def test_a_listing_that_cannot_be_relied_on_changes_nothing() -> None:
    made = of(PasswordPolicy(version=2), listing=account(seen("s1"), repeated=["s8"]))
    assert made.changes == ()
    assert made.refusals


def test_a_user_whose_create_is_not_finished_keeps_its_password() -> None:
    known = state({"a": bound("s1", 4711, 7)}, intents=creating("a"))
    entry = user("a", password=PasswordPolicy(version=2))
    made = plan(files(entry), known, account(seen("s1", 4711, 7)), evidence=evidence())
    assert steps(made) == [("a", "create"), ("a", "deliver")]


def several(count: int, policy: PasswordPolicy, guards: Guards, **more: Any) -> Plan:
    """Plan for so many entries with this policy, the first with the youngest password."""
    bindings = {
        f"u{number}": bound(
            f"s{number}", password=held(f"s{number}", f"vault u{number}", since=ago(days=40 + number))
        )
        for number in range(count)
    }
    entries = [user(name, password=policy) for name in bindings]
    listing = account(*(seen(f"s{number}") for number in range(count)))
    return plan(files(*entries, guards=guards), state(bindings), listing, evidence=evidence(**more))


def rotated(made: Plan) -> list[str]:
    return [one.name for one in made.changes if one.action == "rotate"]


def test_of_what_is_merely_old_the_oldest_go_first_and_the_rest_waits() -> None:
    made = several(5, MONTHLY, Guards(max_rotations=GuardLimit(2)))
    assert rotated(made) == ["u3", "u4"]
    assert made.refusals == ()
    [warning] = made.warnings
    assert "3 passwords were due for a change too, and wait" in warning.message
    assert several(2, MONTHLY, Guards(max_rotations=GuardLimit(2))).warnings == ()


def test_of_passwords_that_are_equally_old_the_first_names_go_first() -> None:
    entries = [user(name, password=MONTHLY) for name in ("b", "a")]
    known = state({name: bound(f"s-{name}", password=held(f"s-{name}", since=ago(days=40))) for name in ("b", "a")})
    configuration = files(*entries, guards=Guards(max_rotations=GuardLimit(1)))
    made = plan(configuration, known, account(seen("s-a"), seen("s-b")), evidence=evidence())
    assert rotated(made) == ["a"]


def test_what_somebody_wants_changed_waits_for_nothing_but_takes_the_room_of_what_is_old() -> None:
    guards = Guards(max_rotations=GuardLimit(3))
    entries = [user("new", password=PasswordPolicy(version=2)), user("x", password=MONTHLY)]
    entries += [user("y", password=MONTHLY), user("z", password=MONTHLY)]
    ages = {"new": 1, "x": 31, "y": 33, "z": 32}
    known = state({
        name: bound(f"s-{name}", password=held(f"s-{name}", f"vault {name}", since=ago(days=days)))
        for name, days in ages.items()
    })  # fmt: skip
    listing = account(*(seen(f"s-{name}") for name in ages))
    made = plan(files(*entries, guards=guards), known, listing, evidence=evidence())
    assert rotated(made) == ["new", "y", "z"]
    assert "1 password was due for a change too" in made.warnings[0].message


def test_more_than_the_guard_allows_is_refused_where_somebody_wants_it() -> None:
    made = several(3, PasswordPolicy(version=2), Guards(max_rotations=GuardLimit(2)))
    [refusal] = made.refusals
    assert "change the passwords of 3 users, and guards.max_rotations allows 2" in refusal.message
    asked = several(3, PasswordPolicy(), Guards(max_rotations=GuardLimit(2)), request=RotationRequest())
    assert len(asked.refusals) == 1


def test_a_share_of_a_handful_is_no_limit() -> None:
    assert len(rotated(several(5, MONTHLY, Guards(max_rotations=GuardLimit(1, percent=True))))) == 5
    assert len(rotated(several(10, MONTHLY, Guards(max_rotations=GuardLimit(20, percent=True))))) == 2


def test_the_second_user_made_for_a_turn_counts_as_a_rotation() -> None:
    policy = PasswordPolicy(version=2, rotation="alternate")
    made = several(3, policy, Guards(max_rotations=GuardLimit(2)))
    assert [one.action for one in made.changes] == ["create", "deliver"] * 3
    assert [refusal.message for refusal in made.refusals if "max_rotations" in refusal.message]
    assert several(3, policy, Guards(max_rotations=GuardLimit(3))).refusals == ()


def test_a_new_entry_is_no_rotation() -> None:
    guards = Guards(max_rotations=GuardLimit(0))
    made = plan(files(user("a", password=IN_TURNS), guards=guards), state(), account(), evidence=evidence())
    assert made.refusals == ()
    assert steps(made) == [("a", "create"), ("a", "deliver")]


def test_what_is_merely_old_is_left_alone_where_that_was_not_reviewed() -> None:
    asked: list[tuple[str, str]] = []

    def timed(what: str, name: str) -> bool:
        asked.append((what, name))
        return False

    made = of(MONTHLY, replace(DELIVERED, since=ago(days=40)), evidence(timed=timed))
    assert made.changes == ()
    assert asked == [("rotate", "a")]
    assert "1 password was due for a change since the plan was reviewed" in made.warnings[0].message
    assert steps(of(PasswordPolicy(version=2), known=evidence(timed=timed))) == ROTATED


def test_a_plan_of_some_names_changes_no_other_password() -> None:
    known = state({name: bound(f"s-{name}", password=held(f"s-{name}", f"vault {name}")) for name in ("a", "b")})
    listing = account(seen("s-a"), seen("s-b"))
    entries = files(*(user(name, password=PasswordPolicy(version=2)) for name in ("a", "b")))
    made = plan(entries, known, listing, ["b"], evidence())
    assert steps(made) == [("b", "rotate"), ("b", "deliver")]
    nowhere = plan(entries, known, listing, ["b"], evidence(routes=Places(())))
    assert reasons(nowhere) == {"b": "no_sink"}


def test_an_entry_that_is_gone_keeps_its_password() -> None:
    known = state({"a": bound("s1", password=replace(DELIVERED, since=ago(days=400)))})
    made = plan(files(), known, account(seen("s1")), evidence=evidence(request=RotationRequest()))
    assert made.changes == ()


def test_the_first_turn_makes_the_second_user_and_delivers_it_instead() -> None:
    made = of(replace(IN_TURNS, version=2))
    assert steps(made) == [("a+2", "create"), ("a+2", "deliver")]
    assert made.changes[0].fields == sets()
    assert made.changes[0].why == "version"
    assert made.changes[1].sinks == ("vault a",)
    assert made.unchanged == 0


def test_a_later_turn_takes_the_idle_user_and_enables_it_with_the_limits_of_the_entry() -> None:
    known = state({
        "a": bound("s1", 50, 5, status="Disable", password=held("s1", left=ago(days=3))),
        "a+2": bound("s2", password=held("s2", "vault a", turn=1)),
    })  # fmt: skip
    listing = account(seen("s1", 50, 5, status="Disable"), seen("s2"))
    entry = user("a", password=replace(IN_TURNS, version=2))
    made = plan(files(entry), known, listing, evidence=evidence())
    assert steps(made) == [("a", "rotate"), ("a", "deliver")]
    assert made.changes[0].fields == (
        turns("total_limit", 50, 100),
        turns("hourly_limit", 5, 10),
        FieldChange("status", "Disable", "Enable"),
    )
    assert made.changes[1].smtp_user_name == "s1"


@pytest.mark.parametrize(
    ("left", "applied", "reason"),
    [
        (ago(hours=23), "Enable", "grace"),
        (ago(hours=25), "Enable", None),
        (ago(hours=25), "Disable", None),
        (None, "Disable", None),
        (None, "Enable", "grace"),
    ],
)
def test_a_turn_waits_for_as_long_as_somebody_may_use_what_would_be_changed(
    left: str | None, applied: Any, reason: str | None
) -> None:
    known = state({
        "a": bound("s1", status=applied, password=replace(NO_RECORD, left=left)),
        "a+2": bound("s2", password=held("s2", "vault a", turn=1)),
    })  # fmt: skip
    listing = account(seen("s1", status=applied), seen("s2"))
    wanted = files(user("a", password=replace(IN_TURNS, version=2)))
    made = plan(wanted, known, listing, evidence=evidence())
    assert reasons(made) == ({} if reason is None else {"a": reason})
    assert steps(made) == ([] if reason else [("a", "rotate"), ("a", "deliver")])
    old = files(user("a", password=replace(IN_TURNS, every=DAY)))
    quiet = plan(old, known, listing, evidence=evidence())
    assert quiet.blocked == (), "what is merely old can wait without a word"
    assert ("a", "rotate") in steps(quiet) or reason is not None


def test_what_waits_for_a_grace_is_explained() -> None:
    known = state({
        "a": bound("s1", password=replace(NO_RECORD, left=ago(hours=1))),
        "a+2": bound("s2", password=held("s2", "vault a", turn=1)),
    })  # fmt: skip
    wanted = files(user("a", password=replace(IN_TURNS, version=2)))
    [blocked] = plan(wanted, known, account(seen("s1"), seen("s2")), evidence=evidence()).blocked
    assert "s1, whose turn it is, was in use until 2026-03-01T11:00:00Z and has its grace" in blocked.message
    assert "shorten `grace`" in blocked.hint


def test_a_shorter_grace_lets_the_turn_go_ahead() -> None:
    known = state({
        "a": bound("s1", password=replace(NO_RECORD, left=ago(hours=2))),
        "a+2": bound("s2", password=held("s2", "vault a", turn=1)),
    })  # fmt: skip
    wanted = files(user("a", password=replace(IN_TURNS, version=2, grace=HOUR)))
    made = plan(wanted, known, account(seen("s1"), seen("s2")), evidence=evidence())
    assert steps(made) == [("a", "rotate"), ("a", "deliver")]


def test_a_turn_whose_idle_user_is_missing_waits() -> None:
    known = state({
        "a": bound("s1", status="Disable", password=replace(NO_RECORD, left=ago(days=3))),
        "a+2": bound("s2", password=held("s2", "vault a", turn=1)),
    })  # fmt: skip
    wanted = files(user("a", password=replace(IN_TURNS, version=2)))
    made = plan(wanted, known, account(seen("s2")), evidence=evidence())
    assert made.changes == ()
    assert reasons(made) == {"a": "missing"}


def test_back_in_place_the_user_that_serves_is_the_one_that_changes() -> None:
    known = state({
        "a": bound("s1", status="Disable", password=replace(NO_RECORD, left=ago(days=3))),
        "a+2": bound("s2", password=held("s2", "vault a", turn=1)),
    })  # fmt: skip
    wanted = files(user("a", password=PasswordPolicy(version=2)))
    made = plan(wanted, known, account(seen("s1", status="Disable"), seen("s2")), evidence=evidence())
    assert steps(made) == [("a+2", "rotate"), ("a+2", "deliver")]
