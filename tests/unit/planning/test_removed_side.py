"""What becomes of a name that the files no longer hold: the table of `removed_side`, row by row."""

from __future__ import annotations

from typing import Literal

import pytest

from sarv_sync.model.plan import Drift
from sarv_sync.model.state import State
from sarv_sync.model.users import Listing, Source
from tests.unit.planning.builders import (
    FILE,
    account,
    blocked,
    bound,
    change,
    creating,
    files,
    plan,
    reasons,
    seen,
    short,
    state,
    turns,
)

Removal = Literal["disable", "forget", "forbid"]

BOUND = state({"a": bound("s1")})
RETIRED = state(removed={"a": bound("s1", status="Disable")})
UNANSWERED = state(intents=creating("a"), listings={"before": ("old",)})
OFF = (turns("status", "Enable", "Disable"),)
LISTED = account(seen("s1"))
LISTED_OFF = account(seen("s1", status="Disable"))
NOT_LISTED = account(seen("other"))
MARKED = account(seen("s1", 4711, 7))
MARKED_OFF = account(seen("s1", 4711, 7, "Disable"))
TWINS = account(seen("s1", 4711, 7), seen("s2", 4711, 7))


@pytest.mark.parametrize(
    ("policy", "known", "listing", "expected"),
    [
        ("disable", BOUND, LISTED, "disable"),
        ("disable", BOUND, LISTED_OFF, None),
        ("disable", BOUND, NOT_LISTED, "missing"),
        ("disable", BOUND, account(unreadable=["s1"]), "unreadable"),
        ("forget", BOUND, LISTED, "forget"),
        ("forget", BOUND, LISTED_OFF, "forget"),
        ("forget", BOUND, NOT_LISTED, "forget"),
        ("forget", BOUND, account(unreadable=["s1"]), "forget"),
        ("forbid", BOUND, LISTED, "removal_forbidden"),
        ("forbid", BOUND, NOT_LISTED, "removal_forbidden"),
        ("disable", RETIRED, LISTED, "disable"),
        ("disable", RETIRED, LISTED_OFF, None),
        ("disable", RETIRED, NOT_LISTED, None),
        ("disable", RETIRED, account(unreadable=["s1"]), None),
        ("forbid", RETIRED, LISTED, "disable"),
        ("forbid", RETIRED, LISTED_OFF, None),
        ("disable", UNANSWERED, MARKED, "disable"),
        ("disable", UNANSWERED, MARKED_OFF, None),
        ("forget", UNANSWERED, MARKED, "forget"),
        ("forbid", UNANSWERED, MARKED, "removal_forbidden"),
        ("disable", UNANSWERED, TWINS, "ambiguous"),
        ("disable", UNANSWERED, account(seen("old")), None),
    ],
)
@pytest.mark.parametrize("said_by", ["on_removal", "removed"])
def test_each_policy_and_situation_has_its_verdict(
    policy: Removal, known: State, listing: Listing, expected: str | None, said_by: str
) -> None:
    configuration = files(on_removal=policy) if said_by == "on_removal" else files(removed={"a": policy})
    made = plan(configuration, known, listing)
    verdicts = [entry.action for entry in made.changes] + [entry.reason for entry in made.blocked]
    assert verdicts == ([expected] if expected else [])
    assert made.unchanged == 0


def test_an_entry_of_removed_overrides_on_removal() -> None:
    known = state({"a": bound("s1"), "b": bound("s2")})
    made = plan(files(on_removal="forbid", removed={"a": "forget"}), known, account(seen("s1"), seen("s2")))
    assert [(entry.name, entry.action) for entry in made.changes] == [("a", "forget")]
    assert reasons(made) == {"b": "removal_forbidden"}


def test_a_retired_user_is_forgotten_only_by_an_entry_of_its_own() -> None:
    assert plan(files(on_removal="forget"), RETIRED, LISTED_OFF).changes == ()
    assert short(plan(files(removed={"a": "forget"}), RETIRED, LISTED_OFF).changes) == [
        ("a", "forget", "s1", "config", ())
    ]


def test_a_change_comes_from_the_entry_of_removed_if_there_is_one() -> None:
    assert change(plan(files(removed={"a": "disable"}), BOUND, LISTED), "a").source == Source(FILE, 90, 3)
    assert change(plan(files(), BOUND, LISTED), "a").source is None


def test_only_the_status_of_a_removed_user_is_changed() -> None:
    made = plan(files(), state({"a": bound("s1", 100, 10)}), account(seen("s1", 7, 7)))
    assert short(made.changes) == [("a", "disable", "s1", "config", OFF)]
    assert made.drift == (Drift("a", "s1", "changed", (turns("total_limit", 100, 7), turns("hourly_limit", 10, 7))),)


def test_a_removed_user_that_somebody_disabled_already_is_no_drift() -> None:
    assert plan(files(), BOUND, LISTED_OFF).drift == ()


def test_limits_that_moved_in_a_user_disabled_already_are_drift_to_be_told() -> None:
    made = plan(files(), BOUND, account(seen("s1", 7, 10, "Disable")))
    assert made.changes == ()
    assert made.drift == (Drift("a", "s1", "changed", (turns("total_limit", 100, 7),)),)


def test_a_removed_user_that_was_off_and_is_on_again_is_drift() -> None:
    made = plan(files(), state({"a": bound("s1", status="Disable")}), LISTED)
    assert short(made.changes) == [("a", "disable", "s1", "drift", OFF)]
    assert made.drift == (Drift("a", "s1", "changed", (turns("status", "Disable", "Enable"),)),)


def test_a_retired_user_that_is_on_again_is_drift_and_is_switched_off() -> None:
    made = plan(files(), RETIRED, LISTED)
    assert short(made.changes) == [("a", "disable", "s1", "drift", OFF)]
    assert made.drift == (Drift("a", "s1", "changed", (turns("status", "Disable", "Enable"),)),)


def test_a_missing_user_of_a_removed_name_is_drift_and_can_be_let_go() -> None:
    made = plan(files(), BOUND, NOT_LISTED)
    assert made.drift == (Drift("a", "s1", "missing"),)
    assert "`removed: {a: forget}`" in blocked(made, "a").hint


def test_the_half_made_user_of_a_removed_name_is_switched_off_without_being_drift() -> None:
    known = state({"a": bound("s1", 4711, 7)}, intents=creating("a"))
    made = plan(files(), known, account(seen("s1", 100, 7)))
    assert short(made.changes) == [("a", "disable", "s1", "config", OFF)]
    assert made.drift == ()


@pytest.mark.parametrize(
    ("known", "listing", "message"),
    [
        (RETIRED, NOT_LISTED, "a was retired, and the account does not list its user s1"),
        (RETIRED, account(unreadable=["s1"]), "a was retired, and its user's row for s1 cannot be read"),
        (UNANSWERED, account(seen("old")), "a create of a had no answer and its entry is gone"),
        (UNANSWERED, MARKED_OFF, "a create of a had no answer, and its entry is gone; s1, disabled, came of it"),
    ],
)
def test_what_needs_no_change_but_should_be_known_is_a_warning(known: State, listing: Listing, message: str) -> None:
    made = plan(files(), known, listing)
    assert message in [warning.message for warning in made.warnings]
    assert not made.pending
