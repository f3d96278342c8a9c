"""Limiting a plan to some names, and what a plan warns about."""

from __future__ import annotations

import pytest

from sarv_sync.errors import Fault, InputError
from tests.unit.planning.builders import (
    account,
    actions,
    blocked,
    bound,
    creating,
    files,
    plan,
    reasons,
    seen,
    state,
    user,
)

KNOWN = state(
    {"billing": bound("s1"), "gone": bound("s2")},
    removed={"retired": bound("s3", status="Disable")},
    intents=creating("begun"),
    listings={"before": ()},
)
ROWS = account(seen("s1", 7), seen("s2"), seen("s3"), seen("s9"))
ENTRIES = files(user("billing", 200), user("orders"), user("missing"))


def test_without_targets_everything_is_planned() -> None:
    made = plan(ENTRIES, KNOWN, ROWS)
    assert actions(made) == {
        "billing": "update",
        "gone": "disable",
        "missing": "create",
        "orders": "create",
        "retired": "disable",
    }
    assert made.targets == ()


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        (["billing"], {"billing": "update"}),
        (["orders", "gone"], {"gone": "disable", "orders": "create"}),
        (["retired", "retired"], {"retired": "disable"}),
        (["begun"], {}),
    ],
)
def test_targets_limit_changes_drift_and_counts(targets: list[str], expected: dict[str, str]) -> None:
    made = plan(ENTRIES, KNOWN, ROWS, targets)
    assert actions(made) == expected
    assert {entry.name for entry in made.drift} <= set(targets)
    assert made.unchanged == 0
    assert made.targets == tuple(sorted(set(targets)))


def test_targets_limit_what_is_blocked_and_what_counts_as_unchanged() -> None:
    known = state({"a": bound("s1"), "b": bound("s2"), "c": bound("s3")})
    made = plan(files(user("a"), user("b"), user("c")), known, account(seen("s1"), seen("s9")), ["a", "b"])
    assert (reasons(made), made.unchanged) == ({"b": "missing"}, 1)


def test_a_limited_plan_says_so() -> None:
    made = plan(ENTRIES, KNOWN, ROWS, ["orders", "billing", "gone"])
    assert made.warnings[-1] == Fault(
        "the plan is limited to billing, gone, orders",
        "run it again without --target and --label to see everything",
    )


def test_a_limited_plan_says_which_names_it_does_not_look_at_though_they_are_gone() -> None:
    made = plan(ENTRIES, KNOWN, ROWS, ["orders"])
    assert made.warnings[-1].message == (
        "the plan is limited to orders; 1 name that is gone from the files is not looked at: gone"
    )


def test_a_name_that_is_to_move_on_to_an_entry_is_not_gone() -> None:
    known = state({"a": bound("s1"), "c": bound("s2")})
    made = plan(files(user("b", renamed_from="a"), user("c")), known, account(seen("s1"), seen("s2")), ["c"])
    assert made.warnings[-1].message == "the plan is limited to c"


def test_a_plan_that_is_limited_to_many_names_a_few_and_counts_the_rest() -> None:
    entries = [user(f"u{number}") for number in range(8)]
    made = plan(files(*entries), state(), account(), ["u*"])
    assert made.warnings[-1].message == "the plan is limited to u0, u1, u2, u3, u4 and 3 more"
    assert made.targets == tuple(one.name for one in entries)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("*", ["begun", "billing", "gone", "missing", "orders", "retired"]),
        ("b*", ["begun", "billing"]),
        ("?rders", ["orders"]),
        ("[g-m]*", ["gone", "missing"]),
        ("[!bgmo]*", ["retired"]),
    ],
)
def test_a_pattern_means_the_names_of_files_and_state_that_match(target: str, expected: list[str]) -> None:
    assert plan(ENTRIES, KNOWN, ROWS, [target]).targets == tuple(expected)


def test_a_pattern_means_the_entry_and_not_its_users() -> None:
    known = state({"a": bound("s1"), "a+2": bound("s2")})
    assert plan(files(user("a")), known, account(seen("s1"), seen("s2")), ["a*"]).targets == ("a",)


@pytest.mark.parametrize(
    ("target", "hint"),
    [
        ("biling*", "the nearest names are billing, missing"),
        ("orde[xy]", "the nearest name is orders"),
        ("s[0-9]", "the names are those of the files, not smtp_user_names"),
    ],
)
def test_a_pattern_that_nobody_matches_is_an_error_with_the_nearest_names(target: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        plan(ENTRIES, KNOWN, ROWS, [target])
    assert (caught.value.message, caught.value.hint) == (f"no user matches {target}", hint)


@pytest.mark.parametrize(
    ("target", "hint"),
    [
        ("biling", "did you mean billing?"),
        ("retird", "did you mean retired?"),
        ("begum", "did you mean begun?"),
        ("s1", "the names are those of the files, not smtp_user_names"),
    ],
)
def test_an_unknown_target_is_an_error_with_the_nearest_name(target: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        plan(ENTRIES, KNOWN, ROWS, ["billing", target])
    assert (caught.value.message, caught.value.hint) == (f"no user is called {target}", hint)


def test_all_unknown_targets_are_told_each_with_its_hint() -> None:
    with pytest.raises(InputError) as caught:
        plan(ENTRIES, KNOWN, ROWS, ["biling", "orders", "s1", "biling"])
    assert caught.value.message == "no users are called biling, s1"
    assert caught.value.faults == (
        Fault("no user is called biling", "did you mean billing?"),
        Fault("no user is called s1", "the names are those of the files, not smtp_user_names"),
    )


def test_a_target_that_an_entry_of_removed_has_forgotten_may_be_given_again() -> None:
    made = plan(files(removed={"gone": "forget"}), state({"a": bound("s1")}), account(seen("s1")), ["gone"])
    assert (made.changes, made.blocked) == ((), ())


def test_a_rename_is_done_when_its_new_name_is_a_target() -> None:
    known = state({"a": bound("s1")})
    assert actions(plan(files(user("b", renamed_from="a")), known, account(seen("s1")), ["b"])) == {"b": "rename"}


def test_a_name_whose_user_is_to_move_on_is_not_switched_off_as_a_target() -> None:
    known = state({"a": bound("s1")})
    made = plan(files(user("b", renamed_from="a")), known, account(seen("s1")), ["a"])
    assert (actions(made), reasons(made)) == ({}, {"a": "conflict"})
    assert "name b among the targets too" in blocked(made, "a").hint


def test_a_name_is_not_taken_from_an_entry_that_is_no_target() -> None:
    known = state({"a": bound("s1"), "b": bound("s2")})
    configuration = files(user("b", renamed_from="a"), user("c", renamed_from="b"))
    rows = account(seen("s1"), seen("s2"))
    assert reasons(plan(configuration, known, rows, ["b"])) == {"b": "conflict"}
    assert actions(plan(configuration, known, rows, ["c"])) == {"c": "rename"}
    assert actions(plan(configuration, known, rows, ["b", "c"])) == {"b": "rename", "c": "rename"}


def test_guards_count_against_all_managed_users_and_not_the_targets() -> None:
    names = [f"u{index}" for index in range(12)]
    known = state({name: bound(f"s-{name}") for name in names})
    rows = account(*(seen(f"s-{name}") for name in names))
    assert plan(files(*map(user, names[3:])), known, rows, names[:3]).refusals == ()


def test_the_warnings_of_the_files_come_first() -> None:
    from_files = Fault("hourly_limit is above total_limit", None, "sarv-sync.yaml", 3, 5)
    made = plan(files(warnings=(from_files,)), state(), account(unreadable=["s1"]))
    assert made.warnings[0] == from_files
    assert len(made.warnings) == 2
