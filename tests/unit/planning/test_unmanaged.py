"""Users of the account that no entry owns."""

from __future__ import annotations

import pytest

from sarv_sync.model.plan import UnmanagedUser
from sarv_sync.model.users import Listing
from tests.unit.planning.builders import account, bound, creating, files, given_up, plan, seen, state, user

STRANGERS = account(seen("s9", 9, 9), seen("s1"), seen("s2", 2, 2, "Disable"))
KNOWN = state({"a": bound("s1")})


def test_they_are_reported_with_their_values_in_order() -> None:
    made = plan(files(user("a")), KNOWN, STRANGERS)
    assert made.unmanaged == (UnmanagedUser("s2", 2, 2, "Disable"), UnmanagedUser("s9", 9, 9, "Enable"))
    assert (made.refusals, made.pending) == ((), False)


def test_they_can_be_ignored() -> None:
    made = plan(files(user("a"), unmanaged="ignore"), KNOWN, STRANGERS)
    assert (made.unmanaged, made.refusals) == ((), ())


def test_they_can_be_forbidden_which_refuses_everything() -> None:
    made = plan(files(user("a", 200), unmanaged="forbid"), KNOWN, STRANGERS)
    [refusal] = made.refusals
    assert refusal.reason == "unmanaged"
    assert refusal.message == "the account has users that no entry owns, and unmanaged is forbid: s2, s9"
    assert "`unmanaged: report`" in refusal.hint
    assert len(made.unmanaged) == 2


def test_an_account_without_them_is_not_refused() -> None:
    assert plan(files(user("a"), unmanaged="forbid"), KNOWN, account(seen("s1"))).refusals == ()


def test_a_refusal_names_five_of_them_and_counts_the_rest() -> None:
    made = plan(files(unmanaged="forbid"), state(), account(*(seen(f"s{index}") for index in range(7))))
    assert made.refusals[0].message.endswith(": s0, s1, s2, s3, s4 and 2 more")


@pytest.mark.parametrize(
    ("listing", "shown"),
    [
        (account(seen("s1"), unreadable=["s7"]), "s7"),
        (account(repeated=["s7"]), "s7"),
        (account(nameless=1), "a row without a name"),
    ],
)
def test_a_row_that_cannot_be_read_is_somebody_too_where_they_are_forbidden(listing: Listing, shown: str) -> None:
    entries = [user("a", pin="s1")] if listing.users else []
    made = plan(files(*entries, unmanaged="forbid"), state(), listing)
    assert made.unmanaged == ()
    assert [(refusal.reason, refusal.message.split(": ")[1]) for refusal in made.refusals] == [("unmanaged", shown)]


def test_whoever_is_bound_retired_pinned_spare_or_just_created_is_not_among_them() -> None:
    known = state(
        {"a": bound("s1")},
        removed={"b": bound("s2", status="Disable")},
        intents=creating("d"),
        retired=(given_up("x", 8191, 3),),
        listings={"before": ()},
    )
    rows = account(
        seen("s1"), seen("s2", status="Disable"), seen("s3"), seen("s4", 4711, 7), seen("s5", 8191, 3), seen("s6")
    )
    made = plan(files(user("a"), user("c", pin="s3"), user("d"), unmanaged="forbid"), known, rows)
    assert [one.smtp_user_name for one in made.unmanaged] == ["s6"]


def test_whoever_is_forgotten_is_still_owned_in_the_plan_that_forgets() -> None:
    made = plan(files(removed={"a": "forget"}), KNOWN, account(seen("s1")))
    assert made.unmanaged == ()
