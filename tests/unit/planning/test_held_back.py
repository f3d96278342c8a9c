"""What drifted of users that are left alone for a reason of the files: it is seen, and no entry takes it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.planning.accepting import find_acceptable
from tests.unit.planning.builders import account, bound, creating, files, plan, reasons, seen, state, turns, user

if TYPE_CHECKING:
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.state import State

MOVED = turns("hourly_limit", 10, 90)
ONTO_A = files(user("a", renamed_from="old"))

HELD_BACK: list[tuple[str, Configuration, State, tuple[str, ...], str, str]] = [
    ("pin", files(user("a", pin="s9")), state({"a": bound("s1")}), (), "a", "pin"),
    ("taken name", ONTO_A, state({"a": bound("s1"), "old": bound("s3")}), (), "a", "conflict"),
    ("former name", ONTO_A, state({"a": bound("s3"), "old": bound("s1")}), (), "old", "conflict"),
    ("no target", files(user("a", renamed_from="old")), state({"old": bound("s1")}), ("old",), "old", "conflict"),
    ("back", files(user("a", renamed_from="old", pin="s9")), state({"old": bound("s1")}), (), "old", "conflict"),
    ("back, alone", files(user("a", renamed_from="old", pin="s9")), state({"old": bound("s1")}), ("a",), "a", "pin"),
    ("gone", files(on_removal="forbid"), state({"a": bound("s1")}), (), "a", "removal_forbidden"),
    ("slip", files(user("b", renamed_from="x")), state({"a": bound("s1")}), (), "a", "conflict"),
    ("retired", ONTO_A, state({"a": bound("s3")}, removed={"old": bound("s1")}), (), "old", "conflict"),
]

each = pytest.mark.parametrize(
    ("configuration", "known", "targets", "name", "why"),
    [one[1:] for one in HELD_BACK],
    ids=[one[0] for one in HELD_BACK],
)


def held_back(configuration: Configuration, known: State, targets: tuple[str, ...] = (), row: Any = None) -> Plan:
    return plan(configuration, known, account(row or seen("s1", 100, 90), seen("s2"), seen("s3")), targets)


@each
def test_what_drifted_is_seen_once_under_the_name_that_the_state_has(
    configuration: Configuration, known: State, targets: tuple[str, ...], name: str, why: str
) -> None:
    made = held_back(configuration, known, targets)
    assert reasons(made)[name] == why
    assert [(one.name, one.smtp_user_name, one.kind, one.fields) for one in made.drift] == [
        (name, "s1", "changed", (MOVED,))
    ]
    assert not made.clean
    assert held_back(configuration, known, targets, seen("s1")).drift == ()


@each
def test_what_drifted_is_left_out_of_the_files_with_the_reason(
    configuration: Configuration, known: State, targets: tuple[str, ...], name: str, why: str
) -> None:
    made = held_back(configuration, known, targets)
    found = find_acceptable(configuration, known, account(seen("s1", 100, 90)), made, None)
    [entry] = [one for one in made.blocked if one.name == name]
    assert [(fault.message, fault.hint) for fault in found.left] == [(entry.message, entry.hint)]
    assert (found.values, found.returned) == ([], [])
    as_applied = held_back(configuration, known, targets, seen("s1"))
    assert find_acceptable(configuration, known, account(seen("s1")), as_applied, None).left == []


def test_a_user_that_must_not_go_and_was_disabled_has_drifted() -> None:
    made = held_back(files(on_removal="forbid"), state({"a": bound("s1")}), row=seen("s1", status="Disable"))
    assert [one.fields for one in made.drift] == [(turns("status", "Enable", "Disable"),)]


def test_a_user_that_is_not_listed_is_seen_to_be_missing_and_is_left_out() -> None:
    configuration, known, rows = files(user("a", pin="s9")), state({"a": bound("gone")}), account(seen("s1"))
    made = plan(configuration, known, rows)
    assert [(one.name, one.kind) for one in made.drift] == [("a", "missing")]
    found = find_acceptable(configuration, known, rows, made, None)
    assert ["its entry pins s9" in fault.message for fault in found.left] == [True]


@pytest.mark.parametrize(
    ("configuration", "known"),
    [
        (files(user("a", pin="s9", ignore=["hourly_limit"])), state({"a": bound("s1")})),
        (files(user("a", 100, 90, pin="s9")), state({"a": bound("s1")})),
        (files(user("a", 100, 90, renamed_from="old")), state({"a": bound("s3"), "old": bound("s1")})),
        (files(user("a", pin="s9")), state({"a": bound("s1")}, intents=creating("a"), listings={"before": ()})),
        (files(user("a", pin="s9")), state({"a": replace(bound("s1"), recycled_from="old")})),
    ],
    ids=["left to the account", "wanted", "wanted by the entry it is to have", "being made", "being taken"],
)
def test_what_is_no_drift_elsewhere_is_none_here(configuration: Configuration, known: State) -> None:
    made = held_back(configuration, known)
    assert {"pin", "conflict"} & set(reasons(made).values())
    assert made.drift == ()
