"""Waiting for a lock that somebody else has."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from sarv_sync.errors import Interrupted, Refused
from sarv_sync.state.journal import hold
from tests.unit.state.journals import ACCOUNT, BOUND, DEAD, HOLDER, World
from tests.unit.state.scripted_store import ScriptedStore


@pytest.fixture
def world() -> World:
    return World()


def held() -> ScriptedStore:
    return ScriptedStore(replace(BOUND, lock=DEAD), alone=False)


def test_a_lock_that_is_given_back_in_time_is_taken_after_one_line_that_says_whose_it_was(world: World) -> None:
    store = held()

    def give_back() -> None:
        if len(world.pauses) == 7:
            store.overtake(replace(BOUND, serial=20))
            store.alone = True

    world.alarm = give_back

    with hold(store, ACCOUNT, HOLDER, world.surroundings(120)) as journal:
        assert journal.state.serial == 21

    assert len(world.pauses) == 7
    (notice,) = world.notices
    assert notice.startswith("waiting up to 120 s")
    for word in (DEAD.holder, DEAD.command, DEAD.since):
        assert word in notice


@pytest.mark.parametrize("patience", [0.2, 3.0, 120.0])
def test_a_lock_is_waited_for_as_long_as_was_said_and_then_refused(world: World, patience: float) -> None:
    with pytest.raises(Refused) as refused, hold(held(), ACCOUNT, HOLDER, world.surroundings(patience)):
        pytest.fail("the lock was given")

    assert "ann on laptop" in refused.value.message
    assert sum(world.pauses) == pytest.approx(patience)
    assert min(world.pauses) > 0.05, "no busy loop"
    assert max(world.pauses) <= 1
    assert len(world.notices) == 1


def test_a_holder_that_dies_meanwhile_is_taken_over(world: World) -> None:
    store = held()
    world.alarm = lambda: setattr(store, "alone", True)

    with hold(store, ACCOUNT, HOLDER, world.surroundings(60)):
        pass

    assert [notice.partition(" ")[0] for notice in world.notices] == ["waiting", "took"]


def test_who_loses_a_race_for_the_lock_waits_for_the_winner(world: World) -> None:
    store = ScriptedStore(BOUND)
    real = store.swap

    def overtaken(expected: str | None, data: bytes) -> str:
        store.swap = real  # type: ignore[method-assign]
        store.overtake(replace(BOUND, serial=8, lock=DEAD))
        store.alone = False
        return real(expected, data)

    store.swap = overtaken  # type: ignore[method-assign]

    def give_back() -> None:
        store.overtake(replace(BOUND, serial=9))
        store.alone = True

    world.alarm = give_back

    with hold(store, ACCOUNT, HOLDER, world.surroundings(60)) as journal:
        assert journal.state.serial == 10


def test_waiting_ends_when_the_run_is_asked_to_stop(world: World) -> None:
    store = held()

    def stop() -> None:
        raise Interrupted("stopped")

    world.alarm = stop

    with pytest.raises(Interrupted), hold(store, ACCOUNT, HOLDER, world.surroundings(60)):
        pytest.fail("the lock was given")
    assert (len(world.pauses), store.attempts) == (1, 0)


def test_nobody_is_shut_out_of_the_place_while_it_is_waited(world: World) -> None:
    store = held()
    present: list[int] = []
    world.alarm = lambda: present.append(store.present)

    with suppress(Refused), hold(store, ACCOUNT, HOLDER, world.surroundings(2)):
        pytest.fail("the lock was given")

    assert set(present) == {0}
