"""Entries that two users take turns for: which of them serves, and what becomes of each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.model.secret import Secret
from sarv_sync.model.state import Delivery, PasswordRecord
from sarv_sync.model.users import PasswordPolicy
from sarv_sync.planning.rotating import rotations
from tests.unit.planning.builders import account, bound, creating, files, plan, reasons, seen, sets, state, user
from tests.unit.planning.builders import turns as turn_of
from tests.unit.planning.passwords import DAY, HOUR, IN_TURNS, ago, evidence, held, proof

if TYPE_CHECKING:
    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.plan import Change, Plan
    from sarv_sync.model.state import Binding
    from sarv_sync.model.users import Status

ENTRY = user("a", password=IN_TURNS)
SERVES = held("s2", "vault a", turn=1)
HAS_SERVED = held("s1", left=ago(days=2), last=proof("s1"))
BUMPED = replace(ENTRY, password=replace(IN_TURNS, version=2))


def pair(
    first: PasswordRecord = HAS_SERVED,
    second: PasswordRecord = SERVES,
    statuses: tuple[Status, Status] = ("Enable", "Enable"),
    prefix: str = "a",
) -> dict[str, Binding]:
    return {
        prefix: bound("s1", status=statuses[0], password=first),
        f"{prefix}+2": bound("s2", status=statuses[1], password=second),
    }


BOTH = account(seen("s1"), seen("s2"))
IDLE = account(seen("s1", status="Disable"), seen("s2"))


def of(entry: Any, bindings: dict[str, Binding], listing: Any = BOTH, known: Evidence | None = None) -> Plan:
    return plan(files(entry), state(bindings), listing, evidence=known or evidence())


def parts(made: Plan) -> list[tuple[str, str, dict[str, Any]]]:
    def fields(change: Change) -> dict[str, Any]:
        return {field.field: field.after for field in change.fields}

    return [(one.name, one.action, fields(one)) for one in made.changes]


def serving(bindings: dict[str, Binding], entry: Any = ENTRY, **parts: Any) -> str:
    return rotations(files(entry), state(bindings, **parts), BOTH, evidence()).serving(entry.name)


@pytest.mark.parametrize(
    ("turns", "statuses", "serves"),
    [
        ((0, 1), ("Enable", "Enable"), "a+2"),
        ((0, 1), ("Enable", "Disable"), "a+2"),
        ((2, 1), ("Enable", "Enable"), "a"),
        ((2, 1), ("Disable", "Enable"), "a"),
        ((0, 0), ("Enable", "Enable"), "a"),
        ((0, 0), ("Enable", "Disable"), "a"),
        ((0, 0), ("Disable", "Enable"), "a+2"),
        ((0, 0), ("Disable", "Disable"), "a"),
    ],
)
def test_the_user_with_the_higher_turn_serves(turns: Any, statuses: Any, serves: str) -> None:
    first, second = (PasswordRecord(turn=turn) for turn in turns)
    assert serving(pair(first, second, statuses)) == serves


def test_the_second_user_serves_from_the_moment_that_it_is_being_made() -> None:
    alone = {"a": bound("s1", password=held("s1", "vault a"))}
    assert serving(alone) == "a"
    assert serving(alone, intents=creating("a+2"), listings={"before": ("s1",)}) == "a+2"


def test_without_a_turn_there_is_no_second_user() -> None:
    made = of(ENTRY, {"a": bound("s1", password=held("s1", "vault a"))}, account(seen("s1")))
    assert (made.changes, made.unchanged) == ((), 1)


@pytest.mark.parametrize(
    ("left", "grace", "leaves"),
    [
        (ago(days=2), DAY, True),
        (ago(days=1), DAY, True),
        (ago(hours=23), DAY, False),
        (ago(hours=2), HOUR, True),
        (ago(hours=0), 0.0, True),
        (None, 0.0, False),
        ("some day", 0.0, False),
    ],
)
def test_a_user_that_has_served_is_disabled_when_its_grace_is_over(
    left: str | None, grace: float, leaves: bool
) -> None:
    entry = replace(ENTRY, password=replace(IN_TURNS, grace=grace))
    made = of(entry, pair(replace(HAS_SERVED, left=left)))
    assert parts(made) == ([("a", "update", {"status": "Disable"})] if leaves else [])
    assert [one.why for one in made.changes] == (["left"] if leaves else [])
    assert made.unchanged == (0 if leaves else 1)


def test_without_a_clock_nobody_leaves() -> None:
    assert of(ENTRY, pair(), known=evidence(now=None)).changes == ()


def test_nobody_leaves_of_itself_where_that_was_not_reviewed() -> None:
    made = of(ENTRY, pair(), known=evidence(timed=lambda what, _: what != "leave"))
    assert made.changes == ()


ANOTHER = replace(seen("s2"), password=Secret("another"))


@pytest.mark.parametrize(
    ("second", "listing", "known"),
    [
        (replace(SERVES, deliveries=(Delivery("vault a", "form"),)), BOTH, None),
        (SERVES, account(seen("s1"), ANOTHER), None),
        (SERVES, account(seen("s1"), seen("s2", status="Disable")), None),
        (SERVES, account(seen("s1")), None),
        (SERVES, account(seen("s1"), unreadable=["s2"]), None),
        (SERVES, BOTH, evidence(sights={"vault a": "gone"})),
        (replace(SERVES, since=ago(hours=0.5), former=proof("s2")), BOTH, None),
        (SERVES, account(replace(seen("s1"), password=Secret("another")), seen("s2")), None),
    ],
    ids=[
        "it never arrived",
        "somebody changed it",
        "it is disabled",
        "it is missing",
        "it cannot be read",
        "its target is gone",
        "the listing lags",
        "the other was given a password by somebody",
    ],
)
def test_nobody_leaves_while_the_other_is_not_known_to_work(second: Any, listing: Any, known: Any) -> None:
    made = of(ENTRY, pair(second=second), listing, known)
    assert not [one for one in made.changes if one.name == "a"]
    assert any("s1" in warning.message for warning in made.warnings), "and it is said"


def test_a_user_that_left_stays_disabled_and_needs_nothing() -> None:
    made = of(ENTRY, pair(statuses=("Disable", "Enable")), IDLE)
    assert (made.changes, made.drift, made.unchanged) == ((), (), 1)


def test_a_user_that_left_and_was_enabled_by_somebody_is_disabled_again() -> None:
    made = of(ENTRY, pair(statuses=("Disable", "Enable")), BOTH)
    assert parts(made) == [("a", "update", {"status": "Disable"})]
    assert [one.kind for one in made.drift] == ["changed"]


def test_both_have_the_limits_of_the_entry_always() -> None:
    entry = replace(ENTRY, settings=replace(ENTRY.settings, hourly_limit=50))
    made = of(entry, pair(statuses=("Disable", "Enable")), IDLE)
    assert parts(made) == [("a", "update", {"hourly_limit": 50}), ("a+2", "update", {"hourly_limit": 50})]


def test_an_entry_that_is_switched_off_has_both_switched_off() -> None:
    entry = replace(ENTRY, settings=replace(ENTRY.settings, status="Disable"))
    made = of(entry, pair(replace(HAS_SERVED, left=ago(hours=1))))
    assert parts(made) == [("a", "update", {"status": "Disable"}), ("a+2", "update", {"status": "Disable"})]


def test_an_entry_that_is_gone_has_both_disabled_or_forgotten() -> None:
    known = state(pair())
    assert parts(plan(files(), known, BOTH, evidence=evidence())) == [
        ("a", "disable", {"status": "Disable"}),
        ("a+2", "disable", {"status": "Disable"}),
    ]
    forgotten = plan(files(removed={"a": "forget"}), known, BOTH, evidence=evidence())
    assert parts(forgotten) == [("a", "forget", {}), ("a+2", "forget", {})]
    forbidden = plan(files(removed={"a": "forbid"}), known, BOTH, evidence=evidence())
    assert reasons(forbidden) == {"a": "removal_forbidden", "a+2": "removal_forbidden"}


def test_an_entry_that_comes_back_gets_the_user_that_served_and_leaves_the_other_disabled() -> None:
    known = state(removed=pair(statuses=("Disable", "Disable")))
    listing = account(seen("s1", status="Disable"), seen("s2", status="Disable"))
    made = plan(files(ENTRY), known, listing, evidence=evidence())
    assert parts(made) == [("a+2", "update", {"status": "Enable"})]


def test_a_renamed_entry_takes_both_users_along() -> None:
    entry = user("new", renamed_from="a", password=IN_TURNS)
    made = plan(files(entry), state(pair(statuses=("Disable", "Enable"))), IDLE, evidence=evidence("vault fixed"))
    assert [(one.name, one.action, one.renamed_from) for one in made.changes] == [
        ("new", "rename", "a"),
        ("new+2", "rename", "a+2"),
        ("new+2", "deliver", None),
    ]


def test_a_rename_that_is_done_moves_nobody_again() -> None:
    bindings = {name: replace(one, renamed_from="a") for name, one in pair(prefix="new").items()}
    bindings["new+2"] = replace(bindings["new+2"], renamed_from="a+2")
    known = state({**bindings})
    entry = user("new", renamed_from="a", password=IN_TURNS)
    listing = account(seen("s1"), seen("s2"))
    made = plan(files(entry), known, listing, evidence=evidence("vault a"))
    assert parts(made) == [("new", "update", {"status": "Disable"})]


def test_entries_that_have_swapped_their_names_leave_each_other_their_second_users() -> None:
    one, other = user("a", renamed_from="b"), user("b", renamed_from="a", password=IN_TURNS)
    bindings = {
        "a": bound("s3", renamed_from="b", password=held("s3", "vault a")),
        "b": bound("s1", renamed_from="a", password=held("s1", "vault b")),
        "b+2": bound("s2", status="Disable"),
    }
    listing = account(seen("s1"), seen("s2", status="Disable"), seen("s3"))
    made = plan(files(one, other), state(bindings), listing, evidence=evidence())
    assert (made.changes, made.blocked, made.unchanged) == ((), (), 2)


def test_a_second_user_whose_create_had_no_answer_is_renamed_with_its_entry() -> None:
    known = state(
        {"a": bound("s1", password=held("s1", "vault a"))},
        intents=creating("a+2"),
        listings={"before": ("s1",)},
    )
    entry = user("new", renamed_from="a", password=replace(IN_TURNS, version=2))
    made = plan(files(entry), known, account(seen("s1"), seen("s2", 4711, 7)), evidence=evidence())
    assert [(one.name, one.action) for one in made.changes if one.action != "deliver"] == [
        ("new", "rename"),
        ("new+2", "create"),
    ]


def test_the_first_user_that_was_forgotten_is_made_when_its_turn_comes_and_not_before() -> None:
    alone = {"a+2": bound("s2", password=SERVES)}
    listing = account(seen("s2"))
    made = of(ENTRY, alone, listing)
    assert (made.changes, made.unchanged) == ((), 1)
    turn = of(BUMPED, alone, listing)
    assert parts(turn) == [("a", "create", {"total_limit": 100, "hourly_limit": 10, "status": "Enable"}),
                           ("a", "deliver", {})]  # fmt: skip
    assert turn.changes[0].why == "version"
    in_place = replace(ENTRY, password=PasswordPolicy(version=2))
    assert [(one.name, one.action) for one in of(in_place, alone, listing).changes] == [
        ("a+2", "rotate"),
        ("a+2", "deliver"),
    ]


def test_the_first_user_that_is_being_made_for_its_turn_stays_the_one_that_was_reviewed() -> None:
    alone = {"a+2": bound("s2", password=SERVES)}
    reviewed = of(BUMPED, alone, account(seen("s2")))
    known = state(alone, intents=creating("a"), listings={"before": ("s2",)})
    now = plan(files(BUMPED), known, account(seen("s2"), seen("s1", 4711, 7)), evidence=evidence())
    assert parts(now) == parts(reviewed)


def test_a_second_user_that_was_forgotten_while_it_served_is_replaced_by_the_first() -> None:
    made = of(ENTRY, {"a": bound("s1", status="Disable", password=HAS_SERVED)}, account(seen("s1", status="Disable")))
    assert parts(made) == [("a", "update", {"status": "Enable"}), ("a", "deliver", {})]


def test_a_pinned_second_user_is_adopted_with_the_limits_of_the_entry_and_left_as_it_is() -> None:
    pinned = replace(ENTRY, password=replace(IN_TURNS, alternate_pin="s2"))
    alone = {"a": bound("s1", password=held("s1", "vault a"))}
    for status in ("Enable", "Disable"):
        listing = account(seen("s1"), seen("s2", 50, 10, status))
        made = of(pinned, alone, listing)
        assert parts(made) == [("a+2", "adopt", {"total_limit": 100})]
        assert made.changes[0].smtp_user_name == "s2"


def test_a_pinned_second_user_of_an_entry_that_is_switched_off_is_switched_off_at_once() -> None:
    pinned = user("a", status="Disable", password=replace(IN_TURNS, alternate_pin="s2"))
    alone = {"a": bound("s1", status="Disable", password=held("s1", "vault a"))}
    made = of(pinned, alone, account(seen("s1", status="Disable"), seen("s2")))
    assert parts(made) == [("a+2", "adopt", {"status": "Disable"})]


def test_of_two_users_that_are_pinned_the_one_that_is_enabled_serves() -> None:
    pinned = user("a", pin="s1", password=replace(IN_TURNS, alternate_pin="s2"))
    made = plan(files(pinned), state(), IDLE, evidence=evidence())
    assert [(one.name, one.action) for one in made.changes] == [("a", "adopt"), ("a+2", "adopt"), ("a+2", "deliver")]
    made = plan(files(pinned), state(), account(seen("s1"), seen("s2", status="Disable")), evidence=evidence())
    assert [(one.name, one.action) for one in made.changes] == [("a", "adopt"), ("a", "deliver"), ("a+2", "adopt")]


def test_a_second_user_that_is_missing_is_blocked_and_the_first_goes_on() -> None:
    made = of(ENTRY, pair(held("s1", "vault a", turn=2), replace(SERVES, left=ago(days=2))), account(seen("s1")))
    assert reasons(made) == {"a+2": "missing"}
    assert made.changes == ()
    assert made.unchanged == 0


@pytest.mark.parametrize("missing", ["a", "a+2"])
def test_a_user_that_serves_and_is_missing_is_made_anew_where_the_files_say_so(missing: str) -> None:
    first, second = (
        (held("s1", "vault a", turn=2), replace(SERVES, left=ago(days=2))) if missing == "a" else (HAS_SERVED, SERVES)
    )
    statuses: tuple[Status, Status] = ("Enable", "Disable") if missing == "a" else ("Disable", "Enable")
    there = seen("s2", status="Disable") if missing == "a" else seen("s1", status="Disable")
    made = of(replace(ENTRY, recreate=True), pair(first, second, statuses), account(there))
    assert [(one.name, one.action) for one in made.changes] == [(missing, "create"), (missing, "deliver")]
    assert made.changes[0].fields == sets()


def test_a_plan_limited_to_the_entry_is_about_both_users() -> None:
    known = state({**pair(), "b": bound("s3", 50)})
    listing = account(seen("s1", 50), seen("s2", 50), seen("s3", 50))
    made = plan(files(ENTRY, user("b")), known, listing, ["a"], evidence())
    assert {one.name for one in made.changes} == {"a", "a+2"}
    assert turn_of("total_limit", 50, 100) in made.changes[1].fields
    assert made.targets == ("a",)


def test_users_are_never_targets_apart_from_their_entry() -> None:
    from sarv_sync.errors import InputError

    with pytest.raises(InputError, match=r"no user is called a\+2") as wrong:
        plan(files(ENTRY), state(pair()), BOTH, ["a+2"], evidence())
    assert wrong.value.hint == "did you mean a?"
    orphan = state({"gone+2": bound("s2", password=SERVES)})
    made = plan(files(), orphan, account(seen("s2")), ["gone"], evidence())
    assert [(one.name, one.action) for one in made.changes] == [("gone+2", "disable")]
