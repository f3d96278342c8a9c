"""What holds back a name that the files hold: the blocked rows of the table of `desired_side`."""

from __future__ import annotations

import pytest

from sarv_sync.model.configuration import Configuration
from sarv_sync.model.state import State
from sarv_sync.model.users import Listing
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

UNANSWERED = state(intents=creating("a"), listings={"before": ("old",)})
HALF_MADE = state({"a": bound("s1", 4711, 7)}, intents=creating("a"))
RETIRED = state(removed={"a": bound("s1", 100, 10, "Disable")})
MARKED = seen("s1", 4711, 7)

BLOCKED: list[tuple[str, Configuration, State, Listing, str, str]] = [
    (
        "missing",
        files(user("a")),
        state({"a": bound("s1")}),
        account(seen("other")),
        "missing",
        "a is bound to s1, which the account does not list",
    ),
    (
        "half made and missing",
        files(user("a")),
        HALF_MADE,
        account(seen("other")),
        "missing",
        "a is bound to s1, which the account does not list",
    ),
    (
        "retired and missing",
        files(user("a")),
        RETIRED,
        account(seen("other")),
        "missing",
        "a is bound to s1, which the account does not list",
    ),
    (
        "unreadable",
        files(user("a")),
        state({"a": bound("s1")}),
        account(unreadable=["s1"]),
        "unreadable",
        "the account's row for s1, the user of a, cannot be read",
    ),
    (
        "unreadable, whatever recreate says",
        files(user("a", recreate=True)),
        state({"a": bound("s1")}),
        account(unreadable=["s1"]),
        "unreadable",
        "the account's row for s1, the user of a, cannot be read",
    ),
    (
        "two users with the birthmark",
        files(user("a")),
        UNANSWERED,
        account(MARKED, seen("s2", 4711, 7)),
        "ambiguous",
        "a create of a had no answer, and nothing proves which of these users it made, if any: s1, s2",
    ),
    (
        "pin contradicts the binding",
        files(user("a", pin="s2")),
        state({"a": bound("s1")}),
        account(seen("s1"), seen("s2")),
        "pin",
        "a is bound to s1, but its entry pins s2",
    ),
    (
        "pin contradicts the retired user",
        files(user("a", pin="s2")),
        RETIRED,
        account(seen("s1"), seen("s2")),
        "pin",
        "a is bound to s1, but its entry pins s2",
    ),
    (
        "pin contradicts the user that the open create made",
        files(user("a", pin="s2")),
        UNANSWERED,
        account(MARKED, seen("s2")),
        "pin",
        "a is bound to s1, but its entry pins s2",
    ),
    (
        "pin is bound elsewhere",
        files(user("a", pin="s1"), user("b")),
        state({"b": bound("s1")}),
        account(seen("s1")),
        "pin",
        "a pins s1, which belongs to b",
    ),
    (
        "pin is a retired user of another name",
        files(user("a", pin="s1")),
        state(removed={"b": bound("s1", status="Disable")}),
        account(seen("s1", status="Disable")),
        "pin",
        "a pins s1, which belongs to b",
    ),
    (
        "pin is what the open create of another name made",
        files(user("a", pin="s1"), user("b")),
        state(intents=creating("b"), listings={"before": ()}),
        account(MARKED),
        "pin",
        "a pins s1, which belongs to b",
    ),
    (
        "pin is not listed",
        files(user("a", pin="s1")),
        state(),
        account(seen("s2")),
        "missing",
        "a is to adopt s1, which the account does not list",
    ),
    (
        "pin cannot be read",
        files(user("a", pin="s1")),
        state(),
        account(unreadable=["s1"]),
        "unreadable",
        "the account's row for s1, the user of a, cannot be read",
    ),
    (
        "pin is listed twice",
        files(user("a", pin="s1")),
        state(),
        account(repeated=["s1"]),
        "unreadable",
        "the account's row for s1, the user of a, cannot be read",
    ),
]


@pytest.mark.parametrize(
    ("configuration", "known", "listing", "reason", "message"),
    [row[1:] for row in BLOCKED],
    ids=[row[0] for row in BLOCKED],
)
def test_each_obstacle_holds_back_its_name_alone(
    configuration: Configuration, known: State, listing: Listing, reason: str, message: str
) -> None:
    made = plan(configuration, known, listing)
    assert reasons(made) == {"a": reason}
    assert blocked(made, "a").message == message
    assert "a" not in actions(made)
    assert made.pending


def test_a_blocked_name_does_not_keep_others_from_their_changes() -> None:
    made = plan(
        files(user("a"), user("b", 200), user("c")),
        state({"a": bound("gone"), "b": bound("s2")}),
        account(seen("s2")),
    )
    assert (reasons(made), actions(made)) == ({"a": "missing"}, {"b": "update", "c": "create"})


def test_what_is_missing_says_how_to_let_it_in() -> None:
    made = plan(files(user("a")), state({"a": bound("gone")}), account(seen("s2")))
    assert "`recreate: true`" in blocked(made, "a").hint
    assert "`sarv-sync state rm a`" in blocked(made, "a").hint


def test_what_is_ambiguous_says_which_command_settles_it() -> None:
    made = plan(files(user("a")), UNANSWERED, account(MARKED, seen("s2", 4711, 7)))
    assert "`sarv-sync state resolve a --adopt SMTP_USER_NAME`" in blocked(made, "a").hint
    assert "`sarv-sync state resolve a --abandon`" in blocked(made, "a").hint


def test_a_taken_pin_says_whose_it_is_and_both_ways_out() -> None:
    made = plan(files(user("a", pin="s1"), user("b")), state({"b": bound("s1")}), account(seen("s1")))
    assert "`renamed_from: b`" in blocked(made, "a").hint
    assert "`sarv-sync state rm b`" in blocked(made, "a").hint
