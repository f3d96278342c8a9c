"""Users of given-up creates that turned up after all."""

from __future__ import annotations

from typing import Any

import pytest

from sarv_sync.errors import Fault
from sarv_sync.model.configuration import Configuration
from sarv_sync.model.state import State
from tests.unit.planning.builders import (
    account,
    actions,
    bound,
    creating,
    files,
    given_up,
    plan,
    seen,
    short,
    state,
    turns,
    user,
)

KNOWN = state(retired=(given_up("x"),), listings={"before": ()})
ROWS = account(seen("s1", 4711, 7))
SPARE = Fault("s1 is a spare: a create of x that had been given up made it after all", "the next create uses it")


def test_a_spare_that_nobody_needs_is_switched_off() -> None:
    made = plan(files(), KNOWN, ROWS)
    assert short(made.changes) == [("x~s1", "disable", "s1", "drift", (turns("status", "Enable", "Disable"),))]
    assert (made.warnings, made.unmanaged) == ((), ())


def test_a_spare_that_is_off_already_is_kept_for_the_next_create() -> None:
    made = plan(files(), KNOWN, account(seen("s1", 4711, 7, "Disable")))
    assert (made.changes, made.warnings) == ((), (SPARE,))


def test_a_spare_serves_a_create() -> None:
    made = plan(files(user("a")), KNOWN, ROWS)
    assert (actions(made), made.warnings) == ({"a": "create"}, (SPARE,))


def test_a_spare_may_be_adopted() -> None:
    made = plan(files(user("a", pin="s1")), KNOWN, ROWS)
    assert (actions(made), made.warnings) == ({"a": "adopt"}, ())


def test_only_the_spares_that_are_left_over_are_switched_off_in_order() -> None:
    known = state(retired=(given_up("x"), given_up("y", 8191, 7)), listings={"before": ()})
    rows = account(seen("s1", 4711, 7), seen("s2", 8191, 7))
    assert actions(plan(files(user("a")), known, rows)) == {"a": "create", "y~s2": "disable"}
    assert actions(plan(files(user("a"), user("b")), known, rows)) == {"a": "create", "b": "create"}
    assert list(actions(plan(files(), known, rows))) == ["x~s1", "y~s2"]


@pytest.mark.parametrize(
    ("configuration", "parts"),
    [
        (files(user("a")), {"intents": creating("a", 8191, 3)}),
        (files(user("a")), {"bindings": {"a": bound("s2", 8191, 3)}, "intents": creating("a", 8191, 3)}),
    ],
    ids=["found by its birthmark", "half made"],
)
def test_a_create_that_has_its_user_already_takes_no_spare(
    configuration: Configuration, parts: dict[str, Any]
) -> None:
    known: State = state(**{"retired": (given_up("x"),), "listings": {"before": ()}, **parts})
    made = plan(configuration, known, account(seen("s1", 4711, 7), seen("s2", 8191, 3)))
    assert actions(made) == {"a": "create", "x~s1": "disable"}


def test_a_create_that_may_come_to_nothing_keeps_its_spare() -> None:
    known = state(retired=(given_up("x"),), intents=creating("a", 8191, 3), listings={"before": ()})
    assert actions(plan(files(user("a")), known, ROWS)) == {"a": "create"}


def test_a_half_made_user_that_is_made_anew_takes_a_spare() -> None:
    known = state({"a": bound("s2", 8191, 3)}, intents=creating("a", 8191, 3), retired=(given_up("x"),))
    made = plan(files(user("a", recreate=True)), known, ROWS)
    assert actions(made) == {"a": "create"}


def test_a_plan_that_is_limited_to_names_leaves_spares_alone() -> None:
    known = state({"a": bound("s2")}, retired=(given_up("x"),), listings={"before": ()})
    assert plan(files(user("a")), known, account(seen("s1", 4711, 7), seen("s2")), ["a"]).changes == ()


def test_a_spare_that_was_switched_off_is_a_removed_user_like_any_other() -> None:
    known = state(removed={"x~s1": bound("s1", 4711, 7, "Disable")})
    assert plan(files(), known, account(seen("s1", 4711, 7, "Disable"))).pending is False
    assert actions(plan(files(), known, ROWS)) == {"x~s1": "disable"}
