"""What drifted in the account, and what of it the files can say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sarv_sync.model.configuration import RequiredLabel
from sarv_sync.model.export import ExportedUser
from sarv_sync.model.state import Delivery, PasswordRecord
from sarv_sync.model.users import LIMIT_MAX, PasswordPolicy, Placed, Settings, Source, spare_name
from sarv_sync.planning.accepting import find_acceptable
from sarv_sync.planning.accepting_profiles import Takers, values_of_profiles
from tests.unit.planning.builders import account, bound, files, plan, seen, state, user
from tests.unit.planning.passwords import IN_TURNS, evidence, held, proof

if TYPE_CHECKING:
    from collections.abc import Collection

    from sarv_sync.errors import Fault
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.state import Binding, State
    from sarv_sync.model.users import DesiredUser, Field, Listing
    from sarv_sync.planning.accepting import Findings

A, B = user("a"), user("b", line=11)
BOUND = {"a": bound("s1"), "b": bound("s2")}


def find(
    configuration: Configuration,
    known: State,
    listing: Listing,
    chosen: Collection[str] | None = None,
    about: Evidence | None = None,
) -> Findings:
    made = plan(configuration, known, listing, evidence=about or evidence())
    return find_acceptable(configuration, known, listing, made, chosen)


def values(found: Findings) -> list[tuple[str, str, object, object]]:
    return [(one.name, one.field, one.before, one.after) for one in found.values]


def places(faults: Collection[Fault]) -> list[tuple[str | None, int | None]]:
    return [(fault.file, fault.line) for fault in faults]


def test_what_the_account_has_is_wanted_of_the_files() -> None:
    found = find(files(A, B), state(BOUND), account(seen("s1", 7, 5, "Disable"), seen("s2")))
    assert values(found) == [
        ("a", "total_limit", 100, 7),
        ("a", "hourly_limit", 10, 5),
        ("a", "status", "Enable", "Disable"),
    ]
    assert (found.returned, found.left, found.remarks) == ([], [], [])


def test_only_drift_is_accepted_and_where_both_moved_the_account_is_believed() -> None:
    pending, both = user("a", total_limit=50), user("b", total_limit=60)
    found = find(files(pending, both), state(BOUND), account(seen("s1"), seen("s2", 70)))
    assert values(found) == [("b", "total_limit", 60, 70)]


def test_what_files_and_account_agree_on_by_now_is_left_alone() -> None:
    found = find(files(user("a", total_limit=7)), state(BOUND), account(seen("s1", 7), seen("s2")))
    assert values(found) == []


def test_what_is_ignored_is_left_to_the_account() -> None:
    found = find(files(user("a", ignore=["total_limit"]), B), state(BOUND), account(seen("s1", 7), seen("s2")))
    assert (values(found), found.left) == ([], [])


def test_only_chosen_entries_are_looked_at() -> None:
    listing = account(seen("s1", 7))
    assert values(find(files(A, B), state(BOUND), listing, {"a"})) == [("a", "total_limit", 100, 7)]
    assert find(files(A, B), state(BOUND), listing, {"a"}).left == []
    assert values(find(files(A, B), state(BOUND), listing, {"b"})) == []
    assert places(find(files(A, B), state(BOUND), listing, {"b"}).left) == [("sarv-sync.yaml", 11)]


def test_a_rename_that_is_still_to_be_done_goes_by_the_new_name() -> None:
    known = state({"a": bound("s1")})
    found = find(files(user("z", renamed_from="a")), known, account(seen("s1", 7)))
    assert values(found) == [("z", "total_limit", 100, 7)]


@pytest.mark.parametrize("limit", [0, -1, LIMIT_MAX + 1])
def test_a_limit_that_no_file_can_say_is_left_and_the_rest_is_accepted(limit: int) -> None:
    found = find(files(A), state({"a": BOUND["a"]}), account(seen("s1", limit, 7)))
    assert values(found) == [("a", "hourly_limit", 10, 7)]
    (fault,) = found.left
    assert f"total_limit of {limit}, which no file can say" in fault.message
    assert "ignore_changes: [total_limit]" in str(fault.hint)
    assert places([fault]) == [("sarv-sync.yaml", 2)]


def test_who_is_not_listed_has_nothing_to_accept_and_is_left_with_its_place() -> None:
    found = find(files(A, B), state(BOUND), account(seen("s2")))
    assert (values(found), places(found.left)) == ([], [("sarv-sync.yaml", 1)])
    again = find(files(user("a", recreate=True), B), state(BOUND), account(seen("s2")))
    assert ["`recreate: true`" in str(fault.hint) for fault in again.left] == [True]


def test_who_has_an_illegible_row_is_left() -> None:
    found = find(files(A, B), state(BOUND), account(seen("s2"), unreadable=["s1"]))
    assert (values(found), places(found.left)) == ([], [("sarv-sync.yaml", 1)])


def test_a_pin_that_was_never_applied_has_not_drifted() -> None:
    pinned = user("a", pin="s9")
    assert find(files(pinned), state(), account(seen("s1"))).left == []
    assert len(find(files(pinned), state(), account(seen("s1")), {"a"}).left) == 1


def test_passwords_are_a_remark_and_no_fault() -> None:
    changed = PasswordRecord(deliveries=(Delivery("vault a", "form", proof("s1", "another")),))
    found = find(files(A), state({"a": bound("s1", password=changed)}), account(seen("s1")))
    assert (found.values, found.left) == ([], [])
    assert [fault.message.rpartition(": ")[2] for fault in found.remarks] == ["a"]


# Retired users.


def retired(**removed: Binding) -> State:
    return state(removed=removed)


OLD = bound("s9", status="Disable")


def test_a_retired_user_that_was_enabled_gets_an_entry_as_it_is_now() -> None:
    found = find(files(), retired(old=OLD), account(seen("s9", 7, 5)))
    assert found.returned == [ExportedUser("old", "s9", Settings(7, 5, "Enable"))]
    assert found.left == []


def test_a_retired_user_that_stays_disabled_is_no_matter() -> None:
    found = find(files(), retired(old=OLD), account(seen("s9", 7, 5, "Disable")))
    assert (found.returned, found.left) == ([], [])


def test_a_retired_name_that_is_listed_under_removed_is_left_with_that_line() -> None:
    found = find(files(removed={"old": "disable"}), retired(old=OLD), account(seen("s9")))
    assert (found.returned, places(found.left)) == ([], [("sarv-sync.yaml", 90)])
    assert "delete this line" in str(found.left[0].hint)


def test_a_retired_user_with_a_limit_that_no_file_can_say_is_left() -> None:
    found = find(files(), retired(old=OLD), account(seen("s9", 100, 0)))
    assert (found.returned, ["hourly_limit of 0" in fault.message for fault in found.left]) == ([], [True])


def test_a_retired_user_without_the_labels_that_entries_need_is_left() -> None:
    required = (RequiredLabel("team", Source("sarv-sync.yaml", 4, 1)),)
    found = find(files(required_labels=required), retired(old=OLD), account(seen("s9")))
    assert (found.returned, places(found.left)) == ([], [("sarv-sync.yaml", 4)])


def test_a_spare_is_left_since_no_entry_can_be_called_so() -> None:
    found = find(files(), retired(**{spare_name("a", "s9"): OLD}), account(seen("s9")))
    assert (found.returned, len(found.left)) == ([], 1)


def test_a_name_that_is_gone_from_the_files_is_left() -> None:
    found = find(files(), state({"a": bound("s1")}), account(seen("s1", 7)))
    assert (found.values, found.returned) == ([], [])
    assert ["gone from the files" in fault.message for fault in found.left] == [True]


# Entries with two users: the first serves, unless told.

TURNS = user("a", password=IN_TURNS)


def pair(*, second_serves: bool = False) -> dict[str, Binding]:
    first, second = (held("s1"), held("s2", turn=1)) if second_serves else (held("s1", turn=1), held("s2"))
    return {"a": bound("s1", password=first), "a+2": bound("s2", password=second)}


@pytest.mark.parametrize(("second_serves", "rows"), [(False, (8, 100)), (True, (100, 8))])
def test_the_limit_of_the_one_that_serves_is_the_entrys(second_serves: bool, rows: tuple[int, int]) -> None:
    listing = account(seen("s1", rows[0]), seen("s2", rows[1]))
    found = find(files(TURNS), state(pair(second_serves=second_serves)), listing)
    assert (values(found), found.left) == ([("a", "total_limit", 100, 8)], [])
    assert ["gets the total_limit 8, too" in fault.message for fault in found.remarks] == [True]


def test_of_two_that_drifted_apart_the_one_that_serves_is_believed() -> None:
    found = find(files(TURNS), state(pair(second_serves=True)), account(seen("s1", 7), seen("s2", 8)))
    assert values(found) == [("a", "total_limit", 100, 8)]
    assert ["s1" in fault.message and "of 7" in fault.message for fault in found.left] == [True]


def test_two_that_drifted_alike_are_settled_by_one_value() -> None:
    found = find(files(TURNS), state(pair()), account(seen("s1", 7), seen("s2", 7)))
    assert (values(found), found.left, found.remarks) == ([("a", "total_limit", 100, 7)], [], [])


@pytest.mark.parametrize(("second_serves", "accepted"), [(False, 1), (True, 0)])
def test_only_the_status_of_the_one_that_serves_is_the_entrys(second_serves: bool, accepted: int) -> None:
    listing = account(seen("s1", status="Disable"), seen("s2"))
    found = find(files(TURNS), state(pair(second_serves=second_serves)), listing)
    assert (len(found.values), len(found.left)) == (accepted, 1 - accepted)


@pytest.mark.parametrize(("enabled", "returns"), [("s2", True), ("s1", False)])
def test_a_retired_entry_with_two_users_comes_back_with_both_if_the_one_that_served_did(
    enabled: str, returns: bool
) -> None:
    first, second = held("s1"), held("s2", turn=1)
    known = retired(
        **{"a": bound("s1", status="Disable", password=first), "a+2": bound("s2", status="Disable", password=second)}
    )
    listing = account(*(seen(name, status="Enable" if name == enabled else "Disable") for name in ("s1", "s2")))
    found = find(files(), known, listing)
    both = ExportedUser("a", "s1", Settings(100, 10, "Enable"), "s2")
    assert (found.returned, len(found.left)) == ([both] if returns else [], 0 if returns else 1)


# Profiles.

PLACE = Source("sarv-sync.yaml", 3, 5)


def of_profile(name: str, ignore: Collection[Field] = (), password: PasswordPolicy | None = None) -> DesiredUser:
    one = user(name, ignore=tuple(ignore), password=password or PasswordPolicy())
    return replace(one, profile="bulk", places=Placed(one.source, (PLACE, *one.field_sources[1:])))


@pytest.mark.parametrize(
    ("others", "rows", "goes"),
    [
        ((), {"s1": 7}, True),
        ((of_profile("b"),), {"s1": 7, "s2": 7}, True),
        ((of_profile("b"),), {"s1": 7, "s2": 100}, False),
        ((of_profile("b"),), {"s1": 7}, False),
        ((of_profile("new"),), {"s1": 7}, False),
        ((of_profile("b", ignore=["total_limit"]),), {"s1": 7, "s2": 100}, True),
        ((user("b"),), {"s1": 7, "s2": 100}, True),
    ],
    ids=["alone", "alike", "differs", "not-listed", "not-made", "ignores-it", "not-of-the-profile"],
)
def test_a_profile_gets_a_value_that_all_show_who_take_it(
    others: tuple[DesiredUser, ...], rows: dict[str, int], goes: bool
) -> None:
    configuration, known = files(of_profile("a"), *others), state(BOUND)
    listing = account(*(seen(name, total) for name, total in rows.items()))
    wanted = [one for one in find(configuration, known, listing).values if one.name == "a"]
    takers = Takers(configuration, known, listing, {("bulk", "total_limit"): PLACE})
    found, remarks = values_of_profiles(wanted, takers)
    assert (found, len(remarks)) == ({("a", "total_limit"): "bulk"} if goes else {}, 0 if goes else 1)


@pytest.mark.parametrize(("row", "goes"), [(7, True), (100, False)])
def test_both_users_of_an_entry_have_to_show_a_limit_for_its_profile(row: int, goes: bool) -> None:
    configuration, known = files(of_profile("a", password=IN_TURNS)), state(pair())
    listing = account(seen("s1", 7), seen("s2", row))
    takers = Takers(configuration, known, listing, {("bulk", "total_limit"): PLACE})
    assert len(values_of_profiles(find(configuration, known, listing).values, takers)[0]) == goes
