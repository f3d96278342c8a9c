"""A listing that cannot be relied on."""

from __future__ import annotations

import pytest

from sarv_sync.model.configuration import GuardLimit, Guards
from sarv_sync.model.state import State
from sarv_sync.model.users import Listing
from tests.unit.planning.builders import account, bound, creating, files, plan, reasons, seen, state, user

S1 = seen("s1")
BOUND = state({"a": bound("s1")})
RETIRED = state(removed={"a": bound("s1", status="Disable")})
UNANSWERED = state(intents=creating("a"), listings={"before": ()})

EMPTY = "the account lists no users at all, while this state holds some"
NAMELESS = "the account's listing has rows that carry no user name"
REPEATED = "the account lists s7 more than once"


@pytest.mark.parametrize(
    ("known", "listing", "message"),
    [
        (BOUND, account(), EMPTY),
        (RETIRED, account(), EMPTY),
        (BOUND, account(S1, nameless=1), NAMELESS),
        (BOUND, account(nameless=2), NAMELESS),
        (RETIRED, account(S1, nameless=1), NAMELESS),
        (UNANSWERED, account(nameless=1), NAMELESS),
        (BOUND, account(S1, repeated=["s8", "s7"]), REPEATED),
        (BOUND, account(S1, repeated=["s7", "s8"]), REPEATED),
        (RETIRED, account(S1, repeated=["s7"]), REPEATED),
        (UNANSWERED, account(S1, repeated=["s7"]), REPEATED),
    ],
)
def test_a_bad_listing_refuses_everything_once_users_are_bound(known: State, listing: Listing, message: str) -> None:
    made = plan(files(user("a", 200), user("b"), user("c", pin="s1")), known, listing)
    assert [(refusal.reason, refusal.message) for refusal in made.refusals] == [("listing", message)]
    assert made.changes == ()
    assert made.refusals[0].hint.startswith("users never vanish" if message == EMPTY else "try again later")
    assert {"a", "b", "c"} <= {entry.name for entry in made.blocked}
    assert made.unchanged == 0


def test_a_bad_listing_blocks_even_what_it_shows_to_be_as_desired() -> None:
    made = plan(
        files(user("a"), user("b")), state({"a": bound("s1"), "b": bound("s2")}), account(S1, repeated=["s7"])
    )
    assert [(entry.name, entry.reason) for entry in made.blocked] == [("a", "listing"), ("b", "missing")]
    assert (made.unchanged, made.summary()["blocked"]) == (0, 2)
    assert {entry.hint for entry in made.blocked} == {"try again when the account lists its users properly"}


@pytest.mark.parametrize(
    ("known", "listing"),
    [
        (state(), account()),
        (state(), account(S1, nameless=1)),
        (state(), account(S1, repeated=["s7"])),
        (UNANSWERED, account()),
        (BOUND, account(S1, unreadable=["s7"])),
    ],
)
def test_a_listing_is_good_enough_while_nobody_is_bound_or_if_every_row_bears_its_name(
    known: State, listing: Listing
) -> None:
    made = plan(files(user("a", 200), user("b")), known, listing)
    assert made.refusals == ()
    assert "b" in {entry.name for entry in made.changes}


def test_what_would_change_is_held_back_by_name_and_in_order() -> None:
    known = state({"a": bound("s1"), "c": bound("s3"), "d": bound("s4")})
    made = plan(
        files(user("a", 200), user("b"), user("c"), user("e", recreate=True)),
        known,
        account(S1, seen("s4"), nameless=1),
    )
    assert list(reasons(made).items()) == [
        ("a", "listing"),
        ("b", "listing"),
        ("c", "missing"),
        ("d", "listing"),
        ("e", "listing"),
    ]
    assert NAMELESS in made.blocked[0].message


def test_nothing_is_recreated_from_a_bad_listing() -> None:
    made = plan(files(user("a", recreate=True)), BOUND, account())
    assert made.changes == ()
    assert reasons(made) == {"a": "listing"}


def test_a_bad_listing_hits_no_guard_besides() -> None:
    made = plan(files(user("b"), guards=Guards(max_creates=GuardLimit(0))), BOUND, account())
    assert [refusal.reason for refusal in made.refusals] == ["listing"]


def test_rows_that_are_wrong_are_warned_about_in_order() -> None:
    made = plan(files(), state(), account(unreadable=["z", "b"], repeated=["y", "a"], nameless=2))
    assert [warning.message for warning in made.warnings] == [
        "the account's listing: a row without a name: row 1 of the listing is not an object",
        "the account's listing: a row without a name: row 2 of the listing is not an object",
        "the account's listing: b: status is missing",
        "the account's listing: z: status is missing",
        "the account lists a more than once",
        "the account lists y more than once",
    ]
