"""Desired against last applied is a pending change; observed against last applied is drift."""

from __future__ import annotations

from typing import Literal

import pytest

from sarv_sync.model.plan import Drift
from sarv_sync.model.users import Field, Settings
from sarv_sync.planning.difference import cause_of, changes_to, describe
from tests.unit.planning.builders import (
    account,
    bound,
    change,
    creating,
    files,
    plan,
    seen,
    sets,
    short,
    state,
    turns,
    user,
)

Cause = Literal["config", "drift", "both"]


@pytest.mark.parametrize(
    ("desired", "applied", "observed", "cause", "drifted"),
    [
        (100, 100, 100, None, False),
        (200, 100, 100, "config", False),
        (100, 100, 200, "drift", True),
        (300, 100, 200, "both", True),
        (200, 100, 200, None, False),
    ],
    ids=["nothing moved", "the files moved", "the account moved", "both moved apart", "both moved to the same"],
)
def test_who_moved_is_the_cause_and_what_converged_is_neither(
    desired: int, applied: int, observed: int, cause: Cause | None, drifted: bool
) -> None:
    made = plan(files(user("a", desired)), state({"a": bound("s1", applied)}), account(seen("s1", observed)))
    assert [entry.cause for entry in made.changes] == ([cause] if cause else [])
    assert [(entry.fields[0].before, entry.fields[0].after) for entry in made.drift] == (
        [(applied, observed)] if drifted else []
    )


def test_a_file_change_of_one_field_and_drift_of_another_have_both_causes() -> None:
    made = plan(files(user("a", 200, 10)), state({"a": bound("s1", 100, 10)}), account(seen("s1", 100, 99)))
    assert short(made.changes) == [
        ("a", "update", "s1", "both", (turns("total_limit", 100, 200), turns("hourly_limit", 99, 10)))
    ]
    assert made.drift == (Drift("a", "s1", "changed", (turns("hourly_limit", 10, 99),)),)


def test_a_value_that_converged_is_no_drift_beside_one_that_did_not() -> None:
    made = plan(files(user("a", 200, 10)), state({"a": bound("s1", 100, 10)}), account(seen("s1", 200, 99)))
    assert short(made.changes) == [("a", "update", "s1", "drift", (turns("hourly_limit", 99, 10),))]
    assert made.drift == (Drift("a", "s1", "changed", (turns("hourly_limit", 10, 99),)),)


def test_drift_goes_from_last_applied_to_observed_and_its_repair_the_other_way() -> None:
    made = plan(files(user("a")), state({"a": bound("s1")}), account(seen("s1", status="Disable")))
    assert made.drift[0].fields == (turns("status", "Enable", "Disable"),)
    assert change(made, "a").fields == (turns("status", "Disable", "Enable"),)


def test_a_missing_user_is_drift_whether_it_is_made_anew_or_not() -> None:
    known, listing = state({"a": bound("s1"), "b": bound("s2")}), account(seen("other"))
    made = plan(files(user("a"), user("b", recreate=True)), known, listing)
    assert made.drift == (Drift("a", "s1", "missing"), Drift("b", "s2", "missing"))


def test_a_create_under_way_is_no_drift_although_its_birthmark_shows() -> None:
    known = state({"a": bound("s1", 4711, 7)}, intents=creating("a"))
    assert plan(files(user("a")), known, account(seen("s1", 100, 7))).drift == ()


@pytest.mark.parametrize("field", ["total_limit", "hourly_limit", "status"])
def test_an_ignored_value_is_neither_a_change_nor_drift(field: Field) -> None:
    moved = {"total_limit": (9, 10), "hourly_limit": (100, 9), "status": (100, 10)}[field]
    row = seen("s1", *moved, status="Disable" if field == "status" else "Enable")
    made = plan(files(user("a", ignore=[field])), state({"a": bound("s1")}), account(row))
    assert (made.changes, made.drift, made.unchanged) == ((), (), 1)


def test_an_ignored_value_does_not_hide_the_others() -> None:
    entry = user("a", 500, 50, ignore=["total_limit"])
    made = plan(files(entry), state({"a": bound("s1")}), account(seen("s1", 7, 20)))
    assert short(made.changes) == [("a", "update", "s1", "both", (turns("hourly_limit", 20, 50),))]
    assert made.drift[0].fields == (turns("hourly_limit", 10, 20),)


def test_an_ignored_value_is_used_to_create_and_left_alone_when_adopting() -> None:
    entries = user("a", 500, ignore=["total_limit"]), user("b", 500, ignore=["total_limit"], pin="s2")
    made = plan(files(*entries), state(), account(seen("s2", 7)))
    assert change(made, "a").fields[0] == sets(500)[0]
    assert change(made, "b").fields == ()


def test_nothing_to_set_counts_as_the_files_doing() -> None:
    assert cause_of((), Settings(1, 1, "Enable")) == "config"


def test_ignoring_applies_to_differences_only() -> None:
    same, other = Settings(1, 2, "Enable"), Settings(3, 4, "Disable")
    assert changes_to(same, same) == ()
    assert changes_to(other, same, ["hourly_limit"]) == (
        turns("total_limit", 1, 3),
        turns("status", "Enable", "Disable"),
    )


def test_a_difference_of_documents_is_told_line_by_line_in_a_stable_order() -> None:
    assert describe({"b": 1, "a": None, "c": 5}, {"a": 2, "b": 3, "d": 6}) == (
        "a: none reviewed, 2 now",
        "b: 1 reviewed, 3 now",
        "c: 5 reviewed, nothing now",
        "d: nothing reviewed, 6 now",
    )


def test_objects_that_share_hardly_anything_are_described_part_by_part() -> None:
    reviewed = {"action": "update", "smtp_user_name": "smtp1", "hourly_limit before": 10, "hourly_limit after": 20}
    current = {"action": "update", "smtp_user_name": "smtp1", "status before": "Disable", "status after": "Enable"}

    assert describe(reviewed, current) == (
        "hourly_limit after: 20 reviewed, nothing now",
        "hourly_limit before: 10 reviewed, nothing now",
        "status after: nothing reviewed, Enable now",
        "status before: nothing reviewed, Disable now",
    )
