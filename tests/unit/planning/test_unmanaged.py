"""Users of the account that no entry owns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.model.plan import UnmanagedUser
from sarv_sync.model.state import Census
from sarv_sync.model.users import Listing
from sarv_sync.planning.unmanaged import taken_down
from tests.unit.planning.builders import account, bound, creating, files, given_up, plan, reasons, seen, state, user

if TYPE_CHECKING:
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.state import State

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


def test_patterns_leave_users_alone_whatever_the_policy() -> None:
    listed = account(seen("smtp1"), seen("smtp12"), seen("smtp9"))
    for policy in ("report", "forbid"):
        made = plan(files(unmanaged=policy, unmanaged_except=("smtp1*",)), listing=listed)
        assert [one.smtp_user_name for one in made.unmanaged] == ["smtp9"]
    spared = plan(files(unmanaged="forbid", unmanaged_except=("smtp?", "smtp1[0-9]")), listing=listed)
    assert (spared.unmanaged, spared.refusals) == ((), ())


CENSUS = Census(("smtp1",), ("smtp2",))


def marks(made: Plan) -> dict[str, tuple[bool, bool]]:
    """Whether each user is new, and whether it is settled."""
    return {one.smtp_user_name: (one.new, not one.unsettled) for one in made.unmanaged}


def test_a_user_that_appears_is_new_until_it_was_told_of_and_unsettled_until_somebody_decides() -> None:
    listed = account(seen("smtp1"), seen("smtp2"), seen("smtp3"))
    made = plan(files(), state(census=CENSUS), listed)
    assert marks(made) == {"smtp1": (False, True), "smtp2": (False, False), "smtp3": (True, False)}
    assert not made.clean
    assert plan(files(), state(census=CENSUS), account(seen("smtp1"))).clean


def test_before_users_were_taken_down_none_is_new() -> None:
    made = plan(files(), state(), account(seen("smtp1")))
    assert (marks(made), made.clean) == ({"smtp1": (False, True)}, True)


def test_a_user_that_may_have_come_of_a_create_is_not_called_new() -> None:
    known = state(census=Census(), intents=creating("a"), listings={"before": ()}, echoes_limits=None)
    made = plan(files(user("a")), known, account(seen("smtp1")))
    assert reasons(made) == {"a": "ambiguous"}
    assert marks(made) == {"smtp1": (False, True)}


@pytest.mark.parametrize(
    ("before", "after", "options", "expected"),
    [
        pytest.param(None, state(), {}, Census(("smtp1", "smtp2")), id="the first"),
        pytest.param(None, state(), {"unmanaged": "ignore"}, None, id="nobody cares"),
        pytest.param(Census(("smtp1",)), state(), {}, Census(("smtp1",), ("smtp2",)), id="one has appeared"),
        pytest.param(
            Census(("smtp1",), ("smtp2",)), state({"a": bound("smtp2")}), {}, Census(("smtp1", "smtp2")), id="adopted"
        ),
        pytest.param(
            Census(("smtp1",), ("smtp2",)),
            state(),
            {"unmanaged_except": ("smtp2",)},
            Census(("smtp1", "smtp2")),
            id="left alone",
        ),
        pytest.param(
            Census(("gone",), ("late",)), state(), {}, Census(("gone",), ("late", "smtp1", "smtp2")), id="not listed"
        ),
    ],
)
def test_an_apply_takes_down_whom_it_has_told_of(
    before: Census | None, after: State, options: dict[str, Any], expected: Census | None
) -> None:
    known = replace(after, census=before)
    assert taken_down(files(**options), known, known, account(seen("smtp1"), seen("smtp2"))) == expected


def test_whom_an_entry_has_let_go_of_is_known() -> None:
    before = state({"a": bound("smtp2")}, census=Census(("smtp1",)))
    after = replace(before, bindings={})
    assert taken_down(files(), before, after, account(seen("smtp2"))) == Census(("smtp1", "smtp2"))


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


def test_whom_an_entry_pins_at_the_first_census_is_known() -> None:
    known = state()
    census = taken_down(files(user("a", pin="smtp1")), known, known, account(seen("smtp1")))
    assert census == Census(("smtp1",))


def test_a_newcomer_that_cannot_be_read_was_not_told_of() -> None:
    known = state(census=Census())
    assert taken_down(files(), known, known, account(unreadable=("smtp1",))) == Census()
