"""What a listing adds to what the state knows of passwords: changes that nobody saw the end of, another key."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sarv_sync.model.secret import Secret
from sarv_sync.model.state import NO_RECORD, Delivery, PasswordRecord, Rotating
from sarv_sync.planning.taking_up import of_another_key, seen_through, taken_up
from tests.unit.planning.builders import account, bound, seen, state
from tests.unit.planning.passwords import KEY, OTHER_KEY, ago, evidence, held, proof

if TYPE_CHECKING:
    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.users import Listing

AT = ago(hours=1)
UNDER_WAY = replace(
    held("s1", "vault a", "dotenv a", turn=3, left=ago(days=3), last=proof("s1")),
    rotating=Rotating(AT, proof("s1"), 2, 5),
)
BEFORE = account(seen("s1"))
AFTER = account(replace(seen("s1"), password=Secret("new")))
OWED = (Delivery("dotenv a", "form"), Delivery("vault a", "form"))


def after(record: PasswordRecord, listing: Listing, known: Evidence | None = None) -> PasswordRecord:
    before = state({"a": bound("s1", password=record)})
    return taken_up(before, listing, known or evidence()).bindings["a"].password


def test_a_change_that_the_listing_shows_took_place_and_is_owed_to_every_target() -> None:
    assert after(UNDER_WAY, AFTER) == PasswordRecord(
        since=AT, version=2, deliveries=OWED, former=proof("s1"), turn=5, left=None, last=None
    )


def test_a_change_that_the_listing_does_not_show_never_took_place() -> None:
    assert after(UNDER_WAY, BEFORE) == replace(UNDER_WAY, rotating=None)


def test_a_change_of_which_nothing_can_be_told_is_delivered_and_keeps_what_it_was() -> None:
    """To deliver the account's own password is never wrong; to call it new might be."""
    other = replace(UNDER_WAY, rotating=Rotating(AT, OTHER_KEY.of("s1", Secret("pw-s1")), 2, 5))
    assert after(other, BEFORE) == replace(UNDER_WAY, rotating=None, deliveries=OWED)


@pytest.mark.parametrize(
    "listing",
    [account(), account(unreadable=["s1"]), account(replace(seen("s1"), password=Secret("")))],
    ids=["not listed", "not legible", "no password shown"],
)
def test_where_the_password_does_not_show_the_change_stays_under_way(listing: Listing) -> None:
    assert after(UNDER_WAY, listing) is UNDER_WAY


def test_without_a_key_everything_stays_as_it_is() -> None:
    before = state({"a": bound("s1", password=UNDER_WAY)})
    assert taken_up(before, AFTER, evidence(verifier=None)) is before
    assert of_another_key(before, None) == 0


def test_what_needs_nothing_is_the_same_state() -> None:
    before = state({"a": bound("s1", password=held("s1", "vault a")), "b": bound("s2")})
    assert taken_up(before, account(seen("s1"), seen("s2")), evidence()) is before


def test_a_verifier_of_another_key_is_made_anew_of_what_the_account_has() -> None:
    record = PasswordRecord(
        deliveries=(
            Delivery("aws a", "form"),
            Delivery("dotenv a", "f2", proof("s1", "older")),
            Delivery("vault a", "form", OTHER_KEY.of("s1", Secret("whatever"))),
        )
    )
    before = state({"a": bound("s1", password=record)})
    assert of_another_key(before, KEY) == 1
    renewed = after(record, BEFORE)
    assert renewed.deliveries == (*record.deliveries[:2], Delivery("vault a", "form", proof("s1")))
    assert of_another_key(state({"a": bound("s1", password=renewed)}), KEY) == 0


def test_users_of_another_key_are_counted_and_not_their_targets() -> None:
    record = replace(held("s1", "vault a", "dotenv a"), since=AT)
    known = state({"a": bound("s1", password=record), "b": bound("s2", password=held("s2", "vault b"))})
    assert of_another_key(known, KEY) == 0
    assert of_another_key(known, OTHER_KEY) == 2


def test_only_users_that_are_bound_are_looked_at() -> None:
    before = state(removed={"a": bound("s1", status="Disable", password=UNDER_WAY)})
    assert taken_up(before, AFTER, evidence()) is before


def test_a_record_of_which_no_change_is_under_way_is_seen_through_already() -> None:
    assert seen_through(NO_RECORD) is NO_RECORD
