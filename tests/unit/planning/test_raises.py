"""How much a limit may grow in one apply."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sarv_sync.model.configuration import Guards
from sarv_sync.model.plan import Action, Change, FieldChange, Plan, Why
from sarv_sync.model.state import State
from sarv_sync.model.users import LIMIT_MAX, DesiredUser, Placed, Source
from sarv_sync.planning.raises import check_raises
from tests.unit.planning.builders import FILE, STEADY, account, bound, files, plan, seen, state, user

KEY = Source(FILE, 80, 10)


def raised(before: int, after: int, factor: float | None) -> Plan:
    """A plan that raises the total limit of one user."""
    configuration = files(user("a", after, 1), guards=Guards(max_raise=factor, sources={"max_raise": KEY}))
    return plan(configuration, state({"a": bound("s1", before, 1)}), account(seen("s1", before, 1)))


@pytest.mark.parametrize(
    ("before", "after", "factor", "hit"),
    [
        (20, 200, 10.0, False),
        (20, 201, 10.0, True),
        (1000, 1005, 1.005, False),
        (1000, 1006, 1.005, True),
        (10, 11, 1.1, False),
        (3, 4, 1.333, True),
        (3, 4, 1.334, False),
        (100, 101, 1.0, True),
        (100, 1, 1.0, False),
        (0, 10, 10.0, False),
        (0, 11, 10.0, True),
        (1, LIMIT_MAX, None, False),
        (1, LIMIT_MAX, float(LIMIT_MAX), False),
    ],
)
def test_a_limit_may_grow_by_the_factor_and_no_further(
    before: int, after: int, factor: float | None, hit: bool
) -> None:
    assert [refusal.reason for refusal in raised(before, after, factor).refusals] == (["guard"] if hit else [])


@STEADY
@given(st.integers(1, LIMIT_MAX), st.integers(1, LIMIT_MAX), st.integers(1000, 50_000))
def test_what_the_hint_says_to_allow_is_just_enough(before: int, after: int, thousandths: int) -> None:
    refusals = raised(before, after, thousandths / 1000).refusals
    assert bool(refusals) == (after > before and after * 1000 > before * thousandths)
    for refusal in refusals:
        enough = float(refusal.hint.partition("--allow max_raise=")[2].partition("x ")[0])
        assert raised(before, after, enough).refusals == ()
        assert raised(before, after, enough - 0.001).refusals != ()


def test_a_refusal_names_the_value_both_its_sides_the_factor_and_what_to_allow() -> None:
    [refusal] = raised(20, 9000, 10.0).refusals
    assert refusal.source == Source(FILE, 2, 5)
    assert refusal.message == (
        "total_limit of a would grow from 20 to 9,000, that is 450x, and guards.max_raise allows 10x"
    )
    assert refusal.hint == (
        "if that is meant, raise guards.max_raise in sarv-sync.yaml, or pass --allow max_raise=450x for this run"
    )


def shared(name: str, hourly_limit: int) -> DesiredUser:
    """An entry whose hourly limit stands in a profile, on line 40."""
    own = user(name, 100_000, hourly_limit)
    total, _, status = own.field_sources
    return DesiredUser(name, own.settings, Placed(own.source, (total, Source(FILE, 40, 5), status)))


def test_values_that_stand_in_one_place_are_one_refusal_that_names_the_greatest_raise() -> None:
    names = ("a", "b", "c")
    known = state({name: bound(f"s-{name}", 100_000) for name in names})
    rows = account(*(seen(f"s-{name}", 100_000, 10 * index) for index, name in enumerate(names, 1)))
    configuration = files(*(shared(name, 600) for name in names), guards=Guards(max_raise=20.0))
    [refusal] = plan(configuration, known, rows).refusals
    assert refusal.source == Source(FILE, 40, 5)
    assert refusal.message == (
        "hourly_limit of a would grow from 10 to 600, that is 60x, and guards.max_raise allows 20x; "
        "1 more user has it from the same place"
    )


def test_each_limit_that_grows_too_much_is_a_refusal_at_its_own_line() -> None:
    configuration = files(user("a", 5000, 500, line=10), guards=Guards(max_raise=2.0))
    refusals = plan(configuration, state({"a": bound("s1")}), account(seen("s1"))).refusals
    assert [refusal.source for refusal in refusals] == [Source(FILE, 11, 5), Source(FILE, 12, 5)]


@pytest.mark.parametrize(
    ("kind", "entry", "known", "hit"),
    [
        ("update", user("a", 5000), state({"a": bound("s1")}), True),
        ("adopt", user("a", 5000, pin="s1"), state(), True),
        ("rename", user("a", 5000, renamed_from="old"), state({"old": bound("s1")}), True),
        ("returning", user("a", 5000), state(removed={"a": bound("s1")}), True),
        ("create", user("a", 5000), state(), False),
        ("left alone", user("a", 5000, ignore=["total_limit"]), state({"a": bound("s1")}), False),
    ],
)
def test_whatever_raises_a_limit_of_a_user_that_is_there_counts(
    kind: str, entry: DesiredUser, known: State, hit: bool
) -> None:
    made = plan(files(entry, guards=Guards(max_raise=10.0)), known, account(seen("s1")))
    assert (kind, bool(made.refusals)) == (kind, hit)


@pytest.mark.parametrize(("action", "why", "hits"), [("adopt", "recycled", 0), ("rotate", "age", 1)])
def test_a_retired_user_that_another_entry_takes_is_as_good_as_made_and_a_new_password_changes_nothing(
    action: Action, why: Why, hits: int
) -> None:
    configuration = files(user("a", 5000), guards=Guards(max_raise=10.0))
    change = Change("a", action, "s1", "config", (FieldChange("total_limit", 100, 5000),), why=why)
    found = check_raises(configuration, [change])
    assert [refusal.source for refusal in found] == [Source(FILE, 2, 5)] * hits
