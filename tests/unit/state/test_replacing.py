"""Breaking a lock, and putting another document in place."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import Refused, SwapLost
from sarv_sync.model.state import State
from sarv_sync.state.journal import hold
from sarv_sync.state.lock import LEASE
from sarv_sync.state.mark import Mark, recall
from sarv_sync.state.replacing import break_lock, put
from tests.unit.state.journals import ACCOUNT, BOUND, DEAD, EMPTY, HOLDER, NOON, World
from tests.unit.state.scripted_store import ScriptedStore

if TYPE_CHECKING:
    from sarv_sync.state.mark import Contents

LOCKED = replace(BOUND, lock=DEAD)
NEW = State("lineage", 30, ACCOUNT)


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("alone", [True, False, None])
def test_the_lock_with_the_id_is_broken_be_its_holder_dead_or_alive(world: World, alone: bool | None) -> None:
    store = ScriptedStore(LOCKED, alone=alone)

    assert break_lock(store, "1d", world.now) == DEAD

    assert store.state == replace(BOUND, serial=8)
    assert recall(store) == Mark("lineage", 8)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (LOCKED, ("ann on laptop", "sarv-sync apply", "`sarv-sync state unlock 1d`")),
        (BOUND, ("not locked",)),
        (None, ()),
    ],
)
def test_any_other_lock_and_none_are_refused_with_what_is_there(
    world: World, state: State | None, words: tuple[str, ...]
) -> None:
    store = ScriptedStore(state)

    with pytest.raises(Refused) as refused:
        break_lock(store, "2e", world.now)

    assert (refused.value.exit_code, store.attempts) == (4, 0)
    assert [word for word in words if word not in f"{refused.value.message} {refused.value.hint}"] == []


def test_a_holder_that_writes_all_the_time_is_stopped_all_the_same(world: World) -> None:
    store = ScriptedStore(LOCKED, alone=False)
    real = store.swap
    overtaken: list[int] = []

    def swap(expected: str | None, data: bytes) -> str:
        if len(overtaken) < 5:
            overtaken.append(1)
            store.overtake(replace(store.state, serial=store.state.serial + 1))
        return real(expected, data)

    store.swap = swap  # type: ignore[method-assign]

    assert break_lock(store, "1d", world.now) == DEAD
    assert (store.state.lock, store.state.serial) == (None, 13)


def test_a_holder_that_is_always_faster_is_an_error_in_the_end(world: World) -> None:
    store = ScriptedStore(LOCKED, alone=False)
    store.failure = SwapLost("somebody else wrote the state")

    with pytest.raises(Refused, match="ann on laptop"):
        break_lock(store, "1d", world.now)


def test_breaking_the_lock_of_an_old_copy_does_not_make_it_the_newest(world: World) -> None:
    store = ScriptedStore(LOCKED)
    store.note = json.dumps({"lineage": "lineage", "serial": 12})

    with pytest.raises(Refused, match="is older"):
        break_lock(store, "1d", world.now)

    assert (store.attempts, recall(store)) == (0, Mark("lineage", 12))


def put_new(store: ScriptedStore, world: World) -> State:
    return put(store, lambda _: replace(NEW, lock=DEAD), world.now())


@pytest.mark.parametrize(
    ("present", "remembered", "serial"),
    [
        (None, None, 31),
        (BOUND, None, 31),
        (replace(EMPTY, serial=99), None, 100),
        (BOUND, 500, 501),
        (None, 500, 501),
    ],
)
def test_what_is_put_in_place_has_a_serial_above_all_others_and_no_lock(
    world: World, present: State | None, remembered: int | None, serial: int
) -> None:
    store = ScriptedStore(present)
    store.note = json.dumps({"lineage": "any", "serial": remembered}) if remembered else None

    state = put_new(store, world)

    assert state == store.state == replace(NEW, serial=serial)
    assert recall(store) == Mark("lineage", serial)
    with hold(store, ACCOUNT, HOLDER, world.surroundings()):
        pass


def test_a_damaged_document_can_be_replaced(world: World) -> None:
    store = ScriptedStore()
    store.data = b"damaged"

    assert put_new(store, world) == store.state


@pytest.mark.parametrize(
    ("alone", "taken"), [(True, True), (None, False), (False, False)], ids=["dead", "not known", "alive"]
)
def test_a_lock_is_respected_as_anybody_else_does(world: World, alone: bool | None, taken: bool) -> None:
    store = ScriptedStore(LOCKED, alone=alone)
    world.time = NOON - LEASE / 5

    if taken:
        put_new(store, world)
        assert store.state.lock is None
    else:
        with pytest.raises(Refused, match="ann on laptop"):
            put_new(store, world)
        assert store.attempts == 0


def test_a_damaged_document_that_somebody_is_at_work_with_is_left_alone(world: World) -> None:
    store = ScriptedStore(alone=False)
    store.data = b"damaged"

    with pytest.raises(Refused, match="another run is at work"):
        put_new(store, world)

    assert store.data == b"damaged"


def test_who_writes_meanwhile_is_not_overwritten(world: World) -> None:
    store = ScriptedStore(BOUND)

    def overtaken(there: Contents) -> State:
        assert there.state == BOUND
        store.overtake(replace(BOUND, serial=8))
        return NEW

    with pytest.raises(SwapLost):
        put(store, overtaken, world.now())

    assert (store.state.serial, store.note) == (8, None)
