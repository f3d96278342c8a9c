from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import Refused, SwapLost
from sarv_sync.state.document import encode
from sarv_sync.state.journal import Holder, hold, read_state
from sarv_sync.state.local import LocalStore
from sarv_sync.state.lock import LEASE
from tests.unit.state.journals import ACCOUNT, BOUND, DEAD, HOLDER, NOON, World
from tests.unit.state.scripted_store import ScriptedStore

if TYPE_CHECKING:
    from sarv_sync.state.interface import Store

ROOT = Path(__file__).parents[3]


@pytest.fixture
def world() -> World:
    return World()


def test_a_living_holder_s_lock_is_refused_with_who_what_since_when_and_every_way_on(world: World) -> None:
    store = ScriptedStore(replace(BOUND, lock=DEAD), alone=False)
    world.time = NOON + LEASE * 100

    with pytest.raises(Refused) as refused, hold(store, ACCOUNT, HOLDER, world.surroundings()):
        pytest.fail("the lock was given")

    assert refused.value.exit_code == 4
    for word in (DEAD.holder, DEAD.command, DEAD.since):
        assert word in refused.value.message
    for way in ("wait", "`sarv-sync apply --lock-timeout 6m`", "`sarv-sync state unlock 1d`"):
        assert way in (refused.value.hint or "")
    assert (store.attempts, world.notices, world.pauses) == (0, [], [])


def test_who_hangs_after_its_lock_was_broken_is_waited_for_only_a_moment(world: World) -> None:
    store = ScriptedStore(BOUND, alone=False)

    with hold(store, ACCOUNT, HOLDER, world.surroundings()):
        assert store.state.lock is not None

    assert 1 <= sum(world.pauses) <= 5


def test_who_is_just_taking_the_lock_has_it(world: World) -> None:
    store = ScriptedStore(BOUND, alone=False)
    world.alarm = lambda: store.overtake(replace(BOUND, serial=8, lock=DEAD))

    with pytest.raises(Refused, match="ann on laptop"), hold(store, ACCOUNT, HOLDER, world.surroundings()):
        pytest.fail("the lock was given")

    assert len(world.pauses) == 1


def test_a_holder_that_the_place_never_showed_is_not_taken_for_dead_before_its_lease_ran_out(world: World) -> None:
    store = ScriptedStore(BOUND, alone=False)
    with hold(store, ACCOUNT, HOLDER, world.surroundings()) as journal:
        store.alone = True  # the one that hung is gone at last; this run lives, and nobody sees it
        world.time = NOON + LEASE - timedelta(seconds=1)
        with pytest.raises(Refused, match="bob on server"), hold(store, ACCOUNT, HOLDER, world.surroundings()):
            pytest.fail("the lock was given")
        journal.commit(journal.state)
        world.time += LEASE
        with hold(store, ACCOUNT, HOLDER, world.surroundings()), pytest.raises(SwapLost):
            journal.commit(journal.state)

    assert ["took over" in notice for notice in world.notices] == [True]
    assert "was not renewed in time" in world.notices[0]


@pytest.mark.parametrize(
    ("alone", "time", "taken"),
    [
        # The place shows whether the holder lives: the lease does not matter.
        (True, NOON - timedelta(minutes=9), True),
        (True, NOON + timedelta(minutes=9), True),
        # It cannot tell: the lease decides, to the second.
        (None, NOON - timedelta(seconds=1), False),
        (None, NOON, True),
        (None, NOON + timedelta(days=9), True),
    ],
)
def test_a_dead_holder_s_lock_is_taken_over(world: World, alone: bool | None, time: datetime, taken: bool) -> None:
    store = ScriptedStore(replace(BOUND, lock=DEAD), alone=alone)
    world.time = time

    if taken:
        with hold(store, ACCOUNT, HOLDER, world.surroundings()):
            assert store.state.lock is not None
            assert store.state.lock.holder == "bob on server"
        (notice,) = world.notices
        assert "ann on laptop" in notice
        assert "sarv-sync apply" in notice
    else:
        with pytest.raises(Refused) as refused, hold(store, ACCOUNT, HOLDER, world.surroundings()):
            pytest.fail("the lock was given")
        assert "ann on laptop" in refused.value.message
        assert store.attempts == 0


def test_taking_over_fences_the_old_holder(world: World) -> None:
    store = ScriptedStore(BOUND, alone=None)
    with hold(store, ACCOUNT, HOLDER, world.surroundings()) as old:
        world.time = NOON + LEASE
        with hold(store, ACCOUNT, Holder("eve", "sarv-sync apply"), world.surroundings()) as new:
            with pytest.raises(SwapLost):
                old.commit(replace(old.state, echoes_limits=False))
            new.commit(replace(new.state, echoes_limits=True))

    assert store.state.echoes_limits is True


def test_after_a_lost_swap_nothing_more_is_written(world: World) -> None:
    store = ScriptedStore(BOUND)
    with hold(store, ACCOUNT, HOLDER, world.surroundings()) as journal:
        before = journal.state
        store.overtake(replace(store.state, serial=99))
        with pytest.raises(SwapLost) as lost:
            journal.commit(replace(before, echoes_limits=True))
        store.overtake(before)
        attempts = store.attempts
        with pytest.raises(SwapLost):
            journal.commit(replace(before, echoes_limits=True))

    assert lost.value.exit_code == 4
    assert journal.state == before
    assert store.attempts == attempts
    assert store.state == before


def test_a_race_for_the_lock_has_one_winner(world: World) -> None:
    store = ScriptedStore(BOUND, alone=None)
    read = store.read

    def read_and_be_overtaken() -> object:
        stored = read()
        store.overtake(replace(BOUND, serial=8, lock=DEAD))
        return stored

    store.read = read_and_be_overtaken  # type: ignore[method-assign, assignment]

    with pytest.raises(Refused, match="ann on laptop"), hold(store, ACCOUNT, HOLDER, world.surroundings()):
        pytest.fail("the lock was given")

    assert store.state.lock == DEAD
    assert world.notices == []


def test_a_race_that_nobody_is_left_of_is_lost_all_the_same(world: World) -> None:
    store = ScriptedStore(BOUND)
    store.failure = SwapLost("somebody else wrote the state", "run it again")

    with pytest.raises(SwapLost), hold(store, ACCOUNT, HOLDER, world.surroundings()):
        pytest.fail("the lock was given")


def test_another_process_that_holds_the_state_is_respected_until_it_is_killed(world: World, tmp_path: Path) -> None:
    def store() -> Store:
        return LocalStore(tmp_path / "state.json")

    section = '{"backend": "local", "path": "state.json"}'
    command = [sys.executable, "-m", "tests.contract.other_process", "hold", section, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(Refused) as refused, hold(store(), ACCOUNT, HOLDER, world.surroundings()):
            pytest.fail("the lock was given")
        other.kill()
        other.communicate()

    assert "ann on laptop: sarv-sync apply, since 20" in refused.value.message
    with hold(store(), ACCOUNT, HOLDER, world.surroundings()) as journal:
        journal.commit(replace(journal.state, echoes_limits=True))
    (notice,) = world.notices
    assert "took over the lock of ann on laptop" in notice
    assert read_state(store(), ACCOUNT).lock is None


def test_a_state_left_locked_by_a_dead_run_can_still_be_read(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_bytes(encode(replace(BOUND, lock=DEAD)))

    state = read_state(LocalStore(tmp_path / "state.json"), ACCOUNT)

    assert state.bindings == BOUND.bindings
