"""What becomes of a name that the files hold: the table of `desired_side`, row by row."""

from __future__ import annotations

import pytest

from sarv_sync.model.configuration import Configuration
from sarv_sync.model.plan import FieldChange
from sarv_sync.model.state import State
from sarv_sync.model.users import Listing, Source
from tests.unit.planning.builders import (
    FILE,
    Short,
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

UNANSWERED = state(intents=creating("a"), listings={"before": ("old",)})
HALF_MADE = state({"a": bound("s1", 4711, 7)}, intents=creating("a"))
RETIRED = state(removed={"a": bound("s1", 100, 10, "Disable")})
MARKED = seen("s1", 4711, 7)

CHANGES: list[tuple[str, Configuration, State, Listing, list[Short]]] = [
    ("bound, as desired", files(user("a")), state({"a": bound("s1")}), account(seen("s1")), []),
    (
        "bound, otherwise",
        files(user("a", 200, 20)),
        state({"a": bound("s1")}),
        account(seen("s1")),
        [
            (
                "a",
                "update",
                "s1",
                "config",
                (turns("total_limit", 100, 200), turns("hourly_limit", 10, 20)),
            )
        ],
    ),
    ("bound, create open", files(user("a")), HALF_MADE, account(MARKED), [("a", "create", None, "config", sets())]),
    ("bound, create open but done", files(user("a")), HALF_MADE, account(seen("s1")), []),
    (
        "bound, create open and ignored value unset",
        files(user("a", ignore=["total_limit"])),
        HALF_MADE,
        account(seen("s1", 4711, 10)),
        [("a", "create", None, "config", sets())],
    ),
    (
        "missing, to be recreated",
        files(user("a", recreate=True)),
        state({"a": bound("s1")}),
        account(seen("other")),
        [("a", "create", None, "drift", sets())],
    ),
    (
        "half made, missing, to be recreated",
        files(user("a", recreate=True)),
        HALF_MADE,
        account(seen("other")),
        [("a", "create", None, "drift", sets())],
    ),
    (
        "retired, comes back",
        files(user("a", 100, 5)),
        RETIRED,
        account(seen("s1", status="Disable")),
        [("a", "update", "s1", "config", (turns("hourly_limit", 10, 5), turns("status", "Disable", "Enable")))],
    ),
    (
        "retired, comes back, enabled by hand meanwhile",
        files(user("a")),
        RETIRED,
        account(seen("s1")),
        [],
    ),
    (
        "found by its birthmark",
        files(user("a")),
        UNANSWERED,
        account(MARKED),
        [("a", "create", None, "config", sets())],
    ),
    (
        "create not found",
        files(user("a")),
        UNANSWERED,
        account(seen("old")),
        [("a", "create", None, "config", sets())],
    ),
    ("unknown", files(user("a")), state(), account(), [("a", "create", None, "config", sets())]),
    (
        "unknown, disabled from the start",
        files(user("a", 7, 3, "Disable")),
        state(),
        account(),
        [("a", "create", None, "config", sets(7, 3, "Disable"))],
    ),
    (
        "pinned",
        files(user("a", 100, 5, pin="s1")),
        state(),
        account(seen("s1")),
        [("a", "adopt", "s1", "config", (turns("hourly_limit", 10, 5),))],
    ),
    (
        "pinned, as desired",
        files(user("a", pin="s1")),
        state(),
        account(seen("s1")),
        [("a", "adopt", "s1", "config", ())],
    ),
    (
        "pinned while a create is open",
        files(user("a", pin="s2")),
        UNANSWERED,
        account(seen("old"), seen("s2")),
        [("a", "adopt", "s2", "config", ())],
    ),
    (
        "pinned to what the open create made",
        files(user("a", pin="s1")),
        UNANSWERED,
        account(MARKED),
        [("a", "create", None, "config", sets())],
    ),
    ("pinned and bound to it", files(user("a", pin="s1")), state({"a": bound("s1")}), account(seen("s1")), []),
]


@pytest.mark.parametrize(
    ("configuration", "known", "listing", "expected"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES]
)
def test_each_situation_has_its_change(
    configuration: Configuration, known: State, listing: Listing, expected: list[Short]
) -> None:
    made = plan(configuration, known, listing)
    assert short(made.changes) == expected
    assert made.blocked == ()
    assert made.unchanged == (0 if expected else 1)


def test_an_update_points_at_the_first_value_that_changes_and_anything_else_at_the_entry() -> None:
    made = plan(
        files(
            user("a", 100, 20, line=10),
            user("b", line=20),
            user("c", 100, 20, pin="s3", line=30),
            user("d", renamed_from="old-d", line=40),
        ),
        state({"a": bound("s1"), "old-d": bound("s4")}),
        account(seen("s1"), seen("s3"), seen("s4")),
    )
    lines = {entry.name: entry.source.line for entry in made.changes if entry.source}
    assert lines == {"a": 12, "b": 20, "c": 30, "d": 40}
    assert change(made, "a").source == Source(FILE, 12, 5)


def test_creating_cannot_be_taken_back_and_everything_else_can() -> None:
    made = plan(
        files(user("a"), user("b", 200), user("c", pin="s3")),
        state({"b": bound("s2"), "d": bound("s4")}),
        account(seen("s2"), seen("s3"), seen("s4")),
    )
    assert {entry.action: entry.reversible for entry in made.changes} == {
        "create": False,
        "update": True,
        "adopt": True,
        "disable": True,
    }


def test_before_is_what_the_account_has_and_not_what_was_last_applied() -> None:
    made = plan(files(user("a", 300)), state({"a": bound("s1", 100)}), account(seen("s1", 200)))
    assert change(made, "a").fields == (FieldChange("total_limit", 200, 300),)
