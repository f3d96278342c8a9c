"""Whose a user is: the table of `ownership`, row by row."""

from __future__ import annotations

import pytest

from sarv_sync.model.users import Listing, ObservedUser
from sarv_sync.planning.ownership import Absent, Ambiguous, Found, Resolution, divide
from tests.unit.planning.builders import account, bound, creating, given_up, seen, state

MARKED = seen("s1", 4711, 7)
TWIN = seen("s2", 4711, 7)
STRANGER = seen("s3", 900, 90)
OLD = seen("old", 900, 90)


@pytest.mark.parametrize(
    ("listing", "echoes", "expected"),
    [
        (account(OLD, MARKED), True, Found("s1")),
        (account(OLD, MARKED), None, Found("s1")),
        (account(OLD, MARKED, STRANGER, unreadable=["s9"]), True, Found("s1")),
        (account(OLD, MARKED, STRANGER), None, Found("s1")),
        (account(MARKED, TWIN), True, Ambiguous(("s1", "s2"))),
        (account(MARKED, TWIN, STRANGER), None, Ambiguous(("s1", "s2"))),
        (account(seen("s1", 4711, 999)), True, Ambiguous(("s1",))),
        (account(seen("s1", 999, 7)), True, Ambiguous(("s1",))),
        (account(OLD, unreadable=["s1"]), True, Ambiguous(("s1",))),
        (account(OLD, repeated=["s1"]), True, Ambiguous(("s1",))),
        (account(OLD, STRANGER), None, Ambiguous(("s3",))),
        (account(OLD, STRANGER), False, Ambiguous(("s3",))),
        (account(OLD, MARKED), False, Ambiguous(("s1",))),
        (account(OLD, STRANGER), True, Absent()),
        (account(OLD), None, Absent()),
        (account(OLD), False, Absent()),
        (account(), True, Absent()),
    ],
)
def test_an_unanswered_create_is_found_ambiguous_or_absent(
    listing: Listing, echoes: bool | None, expected: Resolution
) -> None:
    known = state(intents=creating("a"), listings={"before": ("old",)}, echoes_limits=echoes)
    assert divide(known, listing).creates == {"a": expected}


@pytest.mark.parametrize(
    "row", [seen("old", 4711, 7), seen("old", 4711, 999), seen("old", 999, 7)], ids=["whole", "total", "hourly"]
)
def test_a_user_that_was_there_before_the_create_is_never_ours(row: ObservedUser) -> None:
    known = state(intents=creating("a"), listings={"before": ("old",)})
    ownership = divide(known, account(row))
    assert ownership.creates == {"a": Absent()}
    assert ownership.strangers == ("old",)


@pytest.mark.parametrize("place", ["bindings", "removed"])
def test_a_user_that_a_name_owns_is_nobody_elses_whatever_limits_it_shows(place: str) -> None:
    known = state(intents=creating("a"), listings={"before": ()}, **{place: {"b": bound("s1")}})
    ownership = divide(known, account(MARKED))
    assert ownership.creates == {"a": Absent()}
    assert ownership.strangers == ()


def test_creates_side_by_side_each_find_their_own() -> None:
    known = state(intents={**creating("a", 4711, 7), **creating("b", 4711, 8)}, listings={"before": ()})
    ownership = divide(known, account(seen("s1", 4711, 8), seen("s2", 4711, 7)))
    assert ownership.creates == {"a": Found("s2"), "b": Found("s1")}


def test_a_user_that_another_create_proves_its_own_is_no_suspect() -> None:
    known = state(intents={**creating("a", 4711, 7), **creating("b", 4711, 8)}, listings={"before": ()})
    assert divide(known, account(seen("s1", 4711, 8))).creates == {"a": Absent(), "b": Found("s1")}


def test_a_create_whose_user_is_bound_needs_no_resolution() -> None:
    known = state({"a": bound("s1", 4711, 7)}, intents=creating("a"), listings={"before": ()})
    assert divide(known, account(MARKED)).creates == {}


def test_a_create_without_its_listing_takes_every_user_for_new() -> None:
    assert divide(state(intents=creating("a", listing="lost")), account(MARKED)).creates == {"a": Found("s1")}


def test_the_user_of_a_given_up_create_is_a_spare_and_no_stranger() -> None:
    ownership = divide(state(retired=(given_up("a"),), listings={"before": ("old",)}), account(OLD, MARKED))
    assert ownership.spares == {"s1": given_up("a")}
    assert ownership.strangers == ("old",)


@pytest.mark.parametrize(
    ("listing", "echoes"),
    [(account(seen("old", 4711, 7)), True), (account(MARKED, TWIN), True), (account(MARKED), False)],
    ids=["was there before", "two of them", "the account does not echo limits"],
)
def test_nothing_unproven_is_a_spare(listing: Listing, echoes: bool) -> None:
    known = state(retired=(given_up("a"),), listings={"before": ("old",)}, echoes_limits=echoes)
    ownership = divide(known, listing)
    assert ownership.spares == {}
    assert ownership.strangers == tuple(sorted(listing.names()))


def test_a_spare_is_no_suspect_for_an_open_create() -> None:
    known = state(
        intents=creating("b", 4711, 9), retired=(given_up("a"),), listings={"before": ()}, echoes_limits=None
    )
    assert divide(known, account(MARKED)).creates == {"b": Absent()}


def test_strangers_are_sorted_and_include_rows_that_cannot_be_read() -> None:
    ownership = divide(state(), account(seen("z"), seen("b"), unreadable=["m"], repeated=["a"]))
    assert ownership.strangers == ("a", "b", "m", "z")
