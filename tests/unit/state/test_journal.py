from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from sarv_sync.errors import Refused, StateError
from sarv_sync.model.account import Account
from sarv_sync.model.state import Binding, Lock
from sarv_sync.model.users import Settings
from sarv_sync.state.journal import hold, read_contents, read_state
from tests.unit.state.journals import ACCOUNT, BOUND, DEAD, HOLDER, NOON, World
from tests.unit.state.scripted_store import ScriptedStore


@pytest.fixture
def world() -> World:
    return World()


def test_without_a_state_there_is_an_empty_one_to_read() -> None:
    state = read_state(ScriptedStore(), ACCOUNT)

    assert (state.account, state.serial, state.bindings) == (ACCOUNT, 0, {})


def test_a_state_that_is_as_it_was_read_is_not_made_a_second_time(world: World) -> None:
    store = ScriptedStore(BOUND)
    state, found = read_contents(store, ACCOUNT)

    with hold(store, ACCOUNT, HOLDER, world.surroundings(), found) as journal:
        assert journal.state.bindings is state.bindings


def test_a_state_that_changed_since_it_was_read_is_taken_as_it_is_now(world: World) -> None:
    store = ScriptedStore(BOUND)
    _, found = read_contents(store, ACCOUNT)
    now = replace(BOUND, serial=8, bindings={"orders": Binding("smtp2", Settings(2, 1, "Enable"))})
    store.overtake(now)

    with hold(store, ACCOUNT, HOLDER, world.surroundings(), found) as journal:
        assert journal.state.bindings == now.bindings


def test_what_a_place_remembers_is_taken_as_it_is_now_even_if_the_state_did_not_change(world: World) -> None:
    store = ScriptedStore(BOUND)
    _, found = read_contents(store, ACCOUNT)
    store.note = json.dumps({"lineage": BOUND.lineage, "serial": BOUND.serial, "lost": 3})

    with hold(store, ACCOUNT, HOLDER, world.surroundings(), found) as journal:
        assert journal.state.lost == 3


def test_reading_the_state_writes_nothing() -> None:
    store = ScriptedStore(BOUND)

    assert read_state(store, ACCOUNT) == BOUND
    assert store.attempts == 0


@pytest.mark.parametrize(
    "other", [replace(ACCOUNT, owner_id="10043"), replace(ACCOUNT, endpoint="https://api.example.org/v1.0")]
)
@pytest.mark.parametrize("locked", [False, True])
def test_the_state_of_another_account_is_refused(world: World, other: Account, locked: bool) -> None:
    store = ScriptedStore(replace(BOUND, lock=DEAD if locked else None))

    def read() -> None:
        read_state(store, other)

    def take() -> None:
        with hold(store, other, HOLDER, world.surroundings()):
            pytest.fail("the lock was given")

    for attempt in (read, take):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.exit_code == 4
        assert refused.value.hint
        for word in (ACCOUNT.owner_id, ACCOUNT.endpoint, other.owner_id, other.endpoint):
            assert word in refused.value.message
    assert store.attempts == 0


def test_a_held_lock_is_in_the_document_and_says_who_holds_it(world: World) -> None:
    store = ScriptedStore(BOUND)

    with hold(store, ACCOUNT, HOLDER, world.surroundings()):
        assert store.state.lock == Lock(
            "id1", "bob on server", "sarv-sync state mv", "2026-01-01T12:00:00Z", "2026-01-01T12:05:00Z"
        )

    assert store.state.lock is None


def test_the_lock_s_times_are_utc_whatever_the_clock_s_zone(world: World) -> None:
    world.time = datetime(2026, 1, 1, 17, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    store = ScriptedStore(BOUND)

    with hold(store, ACCOUNT, HOLDER, world.surroundings()):
        assert store.state.lock is not None
        assert store.state.lock.since == "2026-01-01T12:00:00Z"


def test_the_first_run_begins_a_state_with_a_lineage_of_its_own(world: World) -> None:
    store = ScriptedStore()

    with hold(store, ACCOUNT, HOLDER, world.surroundings()) as journal:
        assert journal.state.lineage == "id1"
        assert journal.state.account == ACCOUNT

    assert store.state.lineage == "id1"


def test_a_command_that_only_works_with_a_state_is_refused_without_one(world: World) -> None:
    store = ScriptedStore()

    with pytest.raises(Refused) as refused, hold(store, None, HOLDER, world.surroundings()):
        pytest.fail("the lock was given")

    assert refused.value.hint
    assert store.attempts == 0


def test_a_command_without_an_account_takes_the_state_of_whichever_it_is(world: World) -> None:
    with hold(ScriptedStore(BOUND), None, HOLDER, world.surroundings()) as journal:
        assert journal.state.account == ACCOUNT


def test_every_write_renews_the_lock_and_raises_the_serial_by_one(world: World) -> None:
    store = ScriptedStore(BOUND)
    with hold(store, ACCOUNT, HOLDER, world.surroundings()) as journal:
        for minutes in (3, 6):
            world.time = NOON + timedelta(minutes=minutes)
            journal.commit(replace(journal.state, echoes_limits=True))
            assert journal.state == store.state

    serials = [state.serial for state in store.writes]
    leases = [state.lock.expires[11:16] if state.lock else None for state in store.writes]
    since = {state.lock.since for state in store.writes if state.lock}
    assert serials == [8, 9, 10, 11]
    assert leases == ["12:05", "12:08", "12:11", None]
    assert since == {"2026-01-01T12:00:00Z"}


def test_a_lock_cannot_be_slipped_in_with_a_write(world: World) -> None:
    store = ScriptedStore(BOUND)
    with hold(store, ACCOUNT, HOLDER, world.surroundings()) as journal:
        journal.commit(replace(BOUND, lock=None, serial=0, echoes_limits=True))

        assert store.state.lock is not None
        assert store.state.serial == 9


def test_the_lock_is_given_back_after_an_error_too(world: World) -> None:
    store = ScriptedStore(BOUND)

    with pytest.raises(KeyboardInterrupt), hold(store, ACCOUNT, HOLDER, world.surroundings()):
        raise KeyboardInterrupt

    assert store.state.lock is None


def test_a_lock_that_cannot_be_given_back_is_a_notice_not_an_error(world: World) -> None:
    store = ScriptedStore(BOUND)

    with hold(store, ACCOUNT, HOLDER, world.surroundings()):
        store.failure = StateError("the disk is full", "make room")

    (notice,) = world.notices
    assert "the disk is full" in notice
    assert store.state.lock is not None


def test_a_lock_that_cannot_be_given_back_does_not_hide_the_error_before_it(world: World) -> None:
    store = ScriptedStore(BOUND)

    def fail() -> None:
        store.failure = StateError("the disk is full", "make room")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), hold(store, ACCOUNT, HOLDER, world.surroundings()):
        fail()


def test_a_lock_that_cannot_be_written_is_not_held(world: World) -> None:
    store = ScriptedStore(BOUND)
    store.failure = StateError("the disk is full", "make room")

    with pytest.raises(StateError, match="the disk is full"), hold(store, ACCOUNT, HOLDER, world.surroundings()):
        pytest.fail("the lock was given")


def test_a_damaged_state_is_left_as_it_is(world: World) -> None:
    store = ScriptedStore()
    store.data = b"damaged"

    with pytest.raises(StateError, match="memory"), hold(store, ACCOUNT, HOLDER, world.surroundings()):
        pytest.fail("the lock was given")

    assert store.data == b"damaged"
