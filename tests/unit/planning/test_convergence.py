"""Plan, apply, plan: for any files, any state and any account."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sarv_sync.model.state import State
from sarv_sync.planning.approval import check_approved
from tests.unit.planning.builders import STEADY
from tests.unit.planning.carrying_out import carry_out
from tests.unit.planning.worlds import NAMES, World, worlds

ANY = worlds() | worlds(targets=True)


def applied(world: World, reached: frozenset[str] | None = None) -> World:
    if world.over:
        return world
    return world.after(*carry_out(world.plan(), world.configuration, world.state, world.listing, reached))


@STEADY
@given(ANY)
def test_an_apply_leaves_nothing_to_do_but_what_was_held_back(world: World) -> None:
    first = world.plan()
    if first.refusals:
        assert first.changes == ()
        return
    second = applied(world).plan()
    held_back = {entry.name for entry in first.blocked}
    assert {change.name for change in second.changes} <= held_back
    assert {entry.name for entry in second.blocked} <= held_back
    assert {entry.name for entry in second.drift} <= held_back


@STEADY
@given(ANY)
def test_applying_again_and_again_comes_to_an_end(world: World) -> None:
    if world.plan().refusals:
        return
    for _ in NAMES:
        world = applied(world)
    last = world.plan()
    assert last.changes == ()
    assert applied(world).plan() == last


@STEADY
@given(ANY)
def test_an_apply_loses_no_user_that_it_was_not_told_to_let_go(world: World) -> None:
    first = world.plan()
    if first.refusals:
        return
    lost = world.state.owned().keys() - applied(world).state.owned().keys()
    for smtp_user_name in lost:
        name = world.state.owned()[smtp_user_name]
        forgotten = any(change.name == name and change.action == "forget" for change in first.changes)
        replaced = any(
            change.action == "create" and change.cause == "drift" and name in {change.name, change.renamed_from}
            for change in first.changes
        )
        retired = name in world.state.removed
        taken = any(change.name == name and change.renamed_from is not None for change in first.changes)
        assert forgotten or replaced or (retired and taken)


@STEADY
@given(ANY)
def test_a_name_has_one_user_and_a_user_one_name_before_and_after(world: World) -> None:
    first = world.plan()
    users = [change.smtp_user_name for change in first.changes if change.smtp_user_name is not None]
    assert len(users) == len(set(users))
    assert len({change.name for change in first.changes}) == len(first.changes)
    if first.refusals:
        return
    after = applied(world).state
    assert after.bindings.keys().isdisjoint(after.removed)
    assert len(after.owned()) == len(after.bindings) + len(after.removed)


@STEADY
@given(ANY, st.frozensets(st.sampled_from(NAMES)))
def test_whatever_is_left_of_a_plan_after_a_crash_is_covered_by_it(world: World, reached: frozenset[str]) -> None:
    first = world.plan()
    check_approved(first, first)
    if first.refusals or first.blocked:
        return
    check_approved(applied(world, reached).plan(), first)


@STEADY
@given(ANY)
def test_a_plan_is_carried_out_exactly_if_every_name_is_reached(world: World) -> None:
    first = world.plan()
    everybody = frozenset(change.name for change in first.changes)
    if not first.refusals:
        assert applied(world, everybody).state == applied(world).state


@STEADY
@given(ANY)
def test_planning_changes_none_of_its_inputs(world: World) -> None:
    before: tuple[str, State] = repr(world), world.state
    world.plan()
    assert (repr(world), world.state) == before
