"""What the account lists, held against the state: rows, unfinished creates, limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sarv_sync.doctor.creates import check_creates
from sarv_sync.doctor.limits import check_limits
from sarv_sync.doctor.listing import check_rows
from sarv_sync.errors import InputError
from sarv_sync.model.configuration import Configuration
from sarv_sync.model.state import Binding, Birthmark, Intent, Retired, State
from sarv_sync.model.users import DesiredUser, Listing, Placed, RowFault, Source
from sarv_sync.model.users import Settings as Values
from tests.unit.doctor.sound import ACCOUNT, STATE, bound, listing, user

HERE = Source("sarv-sync.yaml", 1, 1)
FRESH = State("", 0, ACCOUNT)
BAD = InputError("it is wrong")
CREATING = replace(STATE, intents={"i": Intent("i", "crm", Birthmark(77, 7), "l")}, listings={"l": ("smtp1",)})
GIVEN_UP = replace(STATE, retired=(Retired("crm", Birthmark(77, 7), "l"),), listings={"l": ("smtp1",)})


def messages(found: Any) -> list[str]:
    return [fault.message for fault in found.faults]


def test_a_listing_that_can_be_read_is_counted() -> None:
    found = check_rows(STATE, listing(user("smtp1"), user("smtp2")))
    assert (found.verdict, found.message) == ("ok", "2 users, every row legible")


def test_every_odd_row_is_named() -> None:
    rows = (RowFault("smtp9", "status is missing"), RowFault("smtp2", "its password is no text"))
    found = check_rows(STATE, replace(listing(user("smtp1")), faults=rows))
    assert (found.verdict, found.message) == ("warning", "3 users, 2 odd rows")
    assert messages(found) == ["smtp2: its password is no text", "smtp9: status is missing"]


@pytest.mark.parametrize(
    ("odd", "message"),
    [
        (
            {"faults": (RowFault(None, "row 3 of the listing is not an object"),)},
            "row 3 of the listing is not an object",
        ),
        ({"repeated": ("smtp7", "smtp5")}, "smtp5 is listed more than once"),
    ],
)
def test_a_listing_that_stops_every_apply_fails_once_users_are_bound(odd: dict[str, Any], message: str) -> None:
    broken = replace(listing(user("smtp1")), **odd)
    found = check_rows(STATE, broken)
    assert (found.verdict, messages(found)[0]) == ("failed", message)
    assert check_rows(FRESH, broken).verdict == "warning"
    assert messages(check_rows("depends on state", broken))[0] == message


def test_an_empty_listing_fails_once_users_are_bound() -> None:
    assert check_rows(STATE, Listing({})).verdict == "failed"
    assert check_rows(FRESH, Listing({})).verdict == "ok"


def test_bound_users_that_are_not_listed_are_named() -> None:
    found = check_rows(replace(STATE, bindings=bound(a="smtp1", b="smtp2")), listing(user("smtp1")))
    assert (found.verdict, found.message) == ("warning", "1 user, 1 bound user not listed")
    assert messages(found) == ["smtp2, the user of b, is not listed"]


def test_without_a_listing_or_a_state_there_is_nothing_to_say() -> None:
    assert check_rows(STATE, None).verdict == "skipped"
    assert check_creates("depends on state", None, running=False).message == "depends on state"
    assert check_limits("depends on state", None, BAD).message == "depends on state"


@pytest.mark.parametrize(
    ("state", "listed", "verdict", "message"),
    [
        (STATE, listing(user("smtp1")), "ok", None),
        (CREATING, listing(user("smtp1")), "warning", "crm: its create had no answer, and the account does not list"),
        (
            CREATING,
            listing(user("smtp1"), user("smtp2", 77, 7)),
            "warning",
            "crm: its create had no answer, and made smtp2",
        ),
        (
            CREATING,
            listing(user("smtp1"), user("smtp2", 77, 8)),
            "failed",
            "crm: its create had no answer, and nothing",
        ),
        (CREATING, None, "warning", "crm: its create is not finished"),
        (CREATING, Listing({}), "warning", "crm: its create is not finished"),
        (
            replace(CREATING, bindings=bound(crm="smtp2")),
            listing(user("smtp2")),
            "warning",
            "crm: its user smtp2 was made",
        ),
        (GIVEN_UP, listing(user("smtp1")), "ok", None),
        (GIVEN_UP, listing(user("smtp1"), user("smtp2", 77, 7)), "warning", "smtp2 is a spare: a create of crm"),
    ],
)
def test_every_unfinished_create_and_every_spare_is_named(
    state: State, listed: Listing | None, verdict: str, message: str | None
) -> None:
    found = check_creates(state, listed, running=False)
    assert found.verdict == verdict
    assert [shown.startswith(message or "") for shown in messages(found)] == ([True] if message else [])
    assert ("`sarv-sync apply`" in (found.remedy or "")) == (message is not None)


def test_a_create_that_needs_a_person_names_candidates_and_commands() -> None:
    state = replace(CREATING, echoes_limits=False)
    strangers = (user(f"smtp{number}") for number in range(20, 32))
    (fault,) = check_creates(state, listing(user("smtp1"), *strangers), running=False).faults
    assert fault.message.endswith("if any: " + ", ".join(f"smtp{number}" for number in range(20, 30)) + " and 2 more")
    for command in ("`sarv-sync state resolve crm --adopt USER`", "`sarv-sync state resolve crm --abandon`"):
        assert command in (fault.hint or "")


@pytest.mark.parametrize(("state", "said"), [(CREATING, "1 create under way"), (STATE, "none is under way")])
def test_creates_of_a_run_that_is_at_work_are_its_own_business(state: State, said: str) -> None:
    found = check_creates(state, listing(user("smtp1")), running=True)
    assert (found.verdict, found.faults) == ("ok", ())
    assert found.message.startswith(said)


NOTHING_DIFFERS = listing(user("smtp1"), user("smtp2"))
ONE_DIFFERS = listing(user("smtp1"), user("smtp2", 900, 90))


@pytest.mark.parametrize(
    ("echoes", "listed", "verdict", "message"),
    [
        (True, NOTHING_DIFFERS, "ok", "as they were given: a create has shown it; 2 of 2 bound users listed exactly"),
        (
            True,
            ONE_DIFFERS,
            "warning",
            "as they were given: a create has shown it; 1 of 2 bound users listed exactly",
        ),
        (None, NOTHING_DIFFERS, "ok", "not known yet"),
        (None, ONE_DIFFERS, "warning", "not known yet"),
        (False, NOTHING_DIFFERS, "warning", "other limits than it was given: a create has shown it; 2 of 2"),
        (False, ONE_DIFFERS, "warning", "other limits than it was given: a create has shown it; 1 of 2"),
        (True, None, "ok", "as they were given: a create has shown it"),
        (False, None, "warning", "other limits than it was given"),
    ],
)
def test_what_is_known_of_limits_is_said_apart_from_what_differs_now(
    echoes: bool | None, listed: Listing | None, verdict: str, message: str
) -> None:
    state = replace(STATE, bindings=bound(a="smtp1", b="smtp2"), echoes_limits=echoes)
    found = check_limits(state, listed, BAD)
    assert (found.verdict, message in found.message) == (verdict, True), found
    assert ("sarv-sync state resolve NAME" in (found.remedy or "")) == (echoes is False)
    differs = listed is ONE_DIFFERS
    assert ("sarv-sync drift" in (found.remedy or "")) == differs
    shown = ["b (smtp2): total_limit is 900, applied was 1,000; hourly_limit is 90, applied was 100"]
    assert messages(found) == (shown if differs else [])


def test_only_limits_count_and_ignored_ones_do_not() -> None:
    settings = Values(1000, 100, "Enable")
    entry = DesiredUser("a", settings, Placed(HERE, (HERE, HERE, HERE)), ignore_changes=("total_limit",))
    files = Configuration("sarv-sync.yaml", "/work", users={"a": entry})
    seen = listing(user("smtp1", 900, 100, "Disable"))
    assert check_limits(STATE, seen, files).verdict == "ok"
    assert check_limits(STATE, seen, BAD).verdict == "warning"


def test_users_whose_create_is_under_way_have_no_limits_to_compare() -> None:
    state = replace(CREATING, bindings={"crm": Binding("smtp2", Values(77, 7, "Enable"))})
    found = check_limits(state, listing(user("smtp2", 1000, 100)), BAD)
    assert (found.verdict, "bound user" in found.message) == ("ok", False)


def test_of_many_users_that_differ_the_first_are_named() -> None:
    names = {f"u{number:02}": f"smtp{number:02}" for number in range(15)}
    state = replace(STATE, bindings=bound(**names))
    shown = messages(check_limits(state, listing(*(user(each, 1, 1) for each in names.values())), BAD))
    assert [message[:3] for message in shown[:10]] == [f"u{number:02}" for number in range(10)]
    assert shown[10:] == ["and 5 more"]
