"""What users may send together once a plan is applied that leaves some of them as they are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from sarv_sync.model.configuration import Budget, Configuration, Guards
from sarv_sync.model.users import PasswordPolicy, Source, second_name
from sarv_sync.planning.ownership import Found, divide
from sarv_sync.planning.renames import moved
from tests.unit.planning.builders import FILE, STEADY, account, bound, creating, files, plan, seen, state, user
from tests.unit.planning.carrying_out import carry_out
from tests.unit.planning.worlds import World, worlds

if TYPE_CHECKING:
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.state import Binding, State
    from sarv_sync.model.users import Listing, ObservedUser

TEAM = {"team": "finance"}


def sides(*users: Any, most: int = 110, **options: Any) -> Configuration:
    """Files that allow so much an hour: everybody together, and those with the label."""
    budget = Budget(tuple(TEAM.items()), most, None, Source(FILE, 50, 5))
    return files(*users, guards=Guards(max_total_hourly=most), budgets=(budget,), **options)


def one(name: str, hourly: int, **options: Any) -> Any:
    return user(name, 1000, hourly, labels=TEAM, **options)


def has(name: str, hourly: int, applied: int | None = None) -> tuple[dict[str, Binding], ObservedUser]:
    """A user of `name` whose hourly limit in the account is this, and that was last applied if nothing else was."""
    known = {name: bound(f"s-{name}", 1000, hourly if applied is None else applied)}
    return known, seen(f"s-{name}", 1000, hourly)


def planned(
    configuration: Configuration, *users: tuple[dict[str, Binding], ObservedUser], targets: tuple[str, ...] = ()
) -> Plan:
    known = {name: binding for bindings, _ in users for name, binding in bindings.items()}
    return plan(configuration, state(known), account(*(row for _, row in users)), targets)


def hits(made: Plan) -> list[str]:
    return [refusal.reason for refusal in made.refusals]


SWAPPED = sides(one("a", 10), one("b", 100))
A, B = has("a", 100), has("b", 10)


@pytest.mark.parametrize(
    ("targets", "expected"), [((), []), (("a",), []), (("a", "b"), []), (("b",), ["guard", "budget"])]
)
def test_a_limit_may_not_be_raised_before_the_one_that_makes_room_for_it_is_lowered(
    targets: tuple[str, ...], expected: list[str]
) -> None:
    assert hits(planned(SWAPPED, A, B, targets=targets)) == expected


def test_a_refusal_says_that_it_is_the_plan_who_keeps_what_and_what_to_do() -> None:
    total, budget = planned(SWAPPED, A, B, targets=("b",)).refusals
    assert total.message == (
        "after this plan, the enabled users may send 200 e-mails an hour together, and guards.max_total_hourly "
        "allows 110: a 100 in the account (sarv-sync.yaml:1) and b 100 (sarv-sync.yaml:1)"
    )
    assert total.hint.startswith("lower another limit in the same plan or before it; if that is meant, raise ")
    assert total.hint.endswith("--allow max_total_hourly=200 to one apply")
    assert budget.message.startswith("after this plan, the enabled users with team=finance may send 200 e-mails")
    assert budget.hint.startswith("lower another limit in the same plan or before it, or raise `hourly_limit`")


@pytest.mark.parametrize(
    ("options", "targets", "expected"),
    [
        ({"on_removal": "forbid"}, (), ["guard"]),
        ({"on_removal": "disable"}, (), []),
        ({"on_removal": "disable"}, ("b",), ["guard"]),
        ({"removed": {"a": "forget"}}, (), []),
        ({"removed": {"a": "forget"}}, ("b",), ["guard"]),
    ],
)
def test_who_is_gone_from_the_files_counts_for_the_total_while_it_is_managed_and_enabled(
    options: dict[str, Any], targets: tuple[str, ...], expected: list[str]
) -> None:
    made = planned(sides(one("b", 100), **options), A, B, targets=targets)
    assert hits(made) == expected
    assert all("a 100 in the account (gone from the files)" in refusal.message for refusal in made.refusals)


def test_who_is_gone_and_perhaps_renamed_counts() -> None:
    configuration = sides(one("b", 100), one("new", 1, renamed_from="slip"))
    assert hits(planned(configuration, A, B)) == ["guard"]


def test_who_is_blocked_counts_with_what_it_has() -> None:
    assert hits(planned(sides(one("a", 10, pin="s9"), one("b", 100)), A, B)) == ["guard", "budget"]


def test_who_cannot_be_seen_counts_with_what_it_had() -> None:
    known = state({**A[0], **B[0]})
    for rows in (account(B[1]), account(B[1], unreadable=["s-a"])):
        assert hits(plan(SWAPPED, known, rows)) == ["guard", "budget"]
    fresh = sides(one("a", 10, recreate=True), one("b", 100))
    assert hits(plan(fresh, known, account(B[1]))) == []


def test_whose_rename_is_not_in_the_plan_counts_for_the_entry_that_it_is_to_have() -> None:
    configuration = sides(one("new", 10, renamed_from="a"), one("b", 100))
    assert hits(planned(configuration, A, B)) == []
    assert hits(planned(configuration, A, B, targets=("b",))) == ["guard", "budget"]


def test_who_was_retired_and_enabled_again_counts_until_it_is_disabled() -> None:
    known = state(B[0], removed={"a": bound("s-a", 1000, 100, "Disable")})
    rows = account(A[1], B[1])
    assert hits(plan(sides(one("b", 100)), known, rows)) == []
    assert hits(plan(sides(one("b", 100)), known, rows, ["b"])) == ["guard"]


def test_two_users_of_an_entry_count_once_with_the_larger_limit() -> None:
    entry = one("a", 10, password=PasswordPolicy(rotation="alternate"))
    known = state({"a": bound("s1", 1000, 10), second_name("a"): bound("s2", 1000, 10), **B[0]})
    rows = account(seen("s1", 1000, 10), seen("s2", 1000, 60), B[1])
    configuration = sides(entry, one("b", 60))
    assert hits(plan(configuration, known, rows)) == []
    assert "120" in plan(configuration, known, rows, ["b"]).refusals[0].message


@pytest.mark.parametrize(
    ("target", "expected"),
    [("a", []), ("same", []), ("up", ["guard", "budget"]), ("new", ["guard", "budget"])],
)
def test_an_account_above_the_total_may_be_lowered_bit_by_bit_and_not_raised_further(
    target: str, expected: list[str]
) -> None:
    configuration = sides(one("a", 10), one("same", 10), one("up", 20), one("new", 5), one("far", 1))
    users = has("a", 100, applied=10), has("same", 10), has("up", 10), has("far", 900, applied=1)
    assert hits(planned(configuration, *users, targets=(target,))) == expected


def test_forgetting_a_user_makes_no_room_for_another_in_an_account_above_the_total() -> None:
    configuration = sides(one("b", 40), one("far", 1), removed={"a": "forget"})
    users = A, B, has("far", 100, applied=1)
    assert hits(planned(configuration, *users, targets=("a",))) == []
    assert hits(planned(configuration, *users, targets=("a", "b"))) == ["guard", "budget"]


def test_a_user_that_is_to_be_adopted_counts_from_then_on() -> None:
    configuration = sides(one("in", 10, pin="s-in"), one("far", 1))
    far = has("far", 105, applied=1)
    known, rows = state(far[0]), account(far[1], seen("s-in", 1000, 10))
    assert hits(plan(configuration, known, rows, ["far"])) == []
    assert hits(plan(configuration, known, rows, ["in"])) == ["guard", "budget"]


def test_a_user_that_is_made_again_adds_to_what_the_account_has() -> None:
    far = has("far", 120, applied=1)
    configuration = sides(one("a", 100, recreate=True), one("far", 1))
    assert hits(plan(configuration, state({**A[0], **far[0]}), account(far[1]), ["a"])) == ["guard", "budget"]


def test_a_create_that_is_to_be_finished_counts_as_made_and_before_as_the_account_has_it() -> None:
    known = state(A[0], intents=creating("new", 4711, 7), listings={"before": ("s-a",)})
    rows = account(A[1], seen("s1", 4711, 7))
    assert hits(plan(sides(one("a", 10), one("new", 12)), known, rows, ["new"])) == ["guard", "budget"]
    assert hits(plan(sides(one("a", 10), one("new", 10)), known, rows, ["new"])) == []


@settings(STEADY, max_examples=400)
@given(worlds(targets=True))
def test_no_plan_takes_the_account_above_the_total_or_further_above_it(world: World) -> None:
    first = world.plan()
    if any(refusal.reason == "listing" for refusal in first.refusals):
        return
    moves = {change.name: change.renamed_from for change in first.changes if change.renamed_from is not None}
    now = ours(moved(world.state, moves), world.listing)
    known, listing = carry_out(first, world.configuration, world.state, world.listing)
    later = ours(known, listing)
    after, before = sends(later, listing), sends(now & later, world.listing)
    if after > before:
        guards = replace(world.configuration.guards, max_total_hourly=after - 1)
        limited = replace(world.configuration, guards=guards)
        assert "guard" in hits(plan(limited, world.state, world.listing, world.targets))


def ours(known: State, listing: Listing) -> frozenset[str]:
    made = (found.smtp_user_name for found in divide(known, listing).creates.values() if isinstance(found, Found))
    return frozenset(known.owned()) | frozenset(made)


def sends(names: frozenset[str], listing: Listing) -> int:
    rows = (listing.users[name].settings for name in names & listing.users.keys())
    return sum(row.hourly_limit for row in rows if row.status == "Enable")
