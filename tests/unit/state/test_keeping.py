"""What a run does about its lock while it waits for its calls."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import Refused, StateError, SwapLost
from sarv_sync.model.state import PastRun
from sarv_sync.state.journal import HeldJournal, hold
from sarv_sync.state.lock import LEASE, renewed
from sarv_sync.state.replacing import break_lock
from sarv_sync.state.rhythm import CHECK
from tests.unit.state.journals import ACCOUNT, BOUND, HOLDER, NOON, World
from tests.unit.state.scripted_store import ScriptedStore

if TYPE_CHECKING:
    from collections.abc import Iterator

UNREACHABLE = StateError("cannot read the state", "check the network")
FULL = StateError("the disk is full", "make room")
SECOND = timedelta(seconds=1)
RUN = PastRun("1", "2026-03-01T12:00:00Z", "ann", "sarv-sync apply", None, "sha256:0", finished=True)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def store() -> ScriptedStore:
    return ScriptedStore(BOUND)


@pytest.fixture
def journal(store: ScriptedStore, world: World) -> Iterator[HeldJournal]:
    with suppress(SwapLost), hold(store, ACCOUNT, HOLDER, world.surroundings()) as held:
        yield held


def test_keeping_is_cheap_when_nothing_is_due(store: ScriptedStore, world: World, journal: HeldJournal) -> None:
    reads, attempts = store.reads, store.attempts

    for _ in range(100):
        journal.keep()
        world.time += CHECK / 200

    assert (store.reads, store.attempts) == (reads, attempts)


def test_the_state_is_looked_at_now_and_then_and_the_lock_renewed_in_good_time(
    store: ScriptedStore, world: World, journal: HeldJournal
) -> None:
    reads, writes = store.reads, len(store.writes)
    for _ in range(int(LEASE * 2 / SECOND)):
        world.time += SECOND
        journal.keep()
        assert store.state.lock is not None
        assert store.state.lock.expires > world.time.strftime("%Y-%m-%dT%H:%M:%SZ")

    assert store.reads - reads == LEASE * 2 / SECOND
    assert 5 <= len(store.writes) - writes <= 20
    assert journal.state == store.state


def test_a_clock_that_was_set_back_keeps_nothing_from_being_done(
    store: ScriptedStore, world: World, journal: HeldJournal
) -> None:
    writes = len(store.writes)
    world.time = NOON - timedelta(days=1)

    journal.keep()

    assert len(store.writes) == writes + 1


def test_a_lock_that_was_broken_is_noticed_and_lost_for_good(
    store: ScriptedStore, world: World, journal: HeldJournal
) -> None:
    assert journal.state.lock is not None
    break_lock(store, journal.state.lock.id, world.now)
    before = store.state
    world.time += CHECK

    with pytest.raises(SwapLost) as lost:
        journal.keep()
    assert (lost.value.exit_code, "was taken away from this run" in lost.value.message) == (4, True)
    assert lost.value.hint

    store.overtake(journal.state)  # even if the document should be its own again
    with pytest.raises(SwapLost):
        journal.keep()
    with pytest.raises(SwapLost):
        journal.commit(journal.state)
    assert store.state == journal.state
    assert before.lock is None


def test_who_was_overtaken_learns_by_whom(store: ScriptedStore, world: World, journal: HeldJournal) -> None:
    assert journal.state.lock is not None
    store.overtake(replace(journal.state, serial=50, lock=replace(journal.state.lock, holder="eve on server")))
    world.time += CHECK

    with pytest.raises(SwapLost, match="by eve on server: sarv-sync state mv, since 2026"):
        journal.keep()


@pytest.mark.parametrize("left", [None, b"damaged"])
def test_a_document_that_is_gone_or_damaged_is_not_its_own(
    store: ScriptedStore, world: World, journal: HeldJournal, left: bytes | None
) -> None:
    store.data = left
    world.time += CHECK

    with pytest.raises(SwapLost):
        journal.keep()


@pytest.mark.parametrize("trouble", ["unreadable", "failure"])
def test_a_place_that_cannot_be_reached_is_borne_until_the_lease_is_about_to_run_out(
    store: ScriptedStore, world: World, journal: HeldJournal, trouble: str
) -> None:
    setattr(store, trouble, UNREACHABLE)
    ended: StateError | None = None

    while ended is None and world.time < NOON + LEASE * 2:
        world.time += SECOND
        try:
            journal.keep()
        except StateError as error:
            ended = error

    assert ended is UNREACHABLE
    assert LEASE / 2 < world.time - NOON < LEASE, "ended while nobody else could have taken the lock over"
    setattr(store, trouble, None)


def test_a_place_that_can_be_reached_again_is_as_good_as_before(
    store: ScriptedStore, world: World, journal: HeldJournal
) -> None:
    store.unreadable = store.failure = UNREACHABLE
    for _ in range(90):
        world.time += SECOND
        journal.keep()
    store.unreadable = store.failure = None
    writes = len(store.writes)
    world.time += SECOND

    journal.keep()

    assert len(store.writes) == writes + 1


def test_a_write_that_failed_and_took_effect_after_all_is_not_somebody_else_s(
    store: ScriptedStore, world: World, journal: HeldJournal
) -> None:
    store.failure, store.torn = FULL, True
    world.time += LEASE / 5
    journal.keep()
    store.failure = None

    world.time += CHECK
    journal.keep()
    journal.commit(replace(journal.state, echoes_limits=True))

    assert store.state == journal.state
    serials = [state.serial for state in store.writes]
    assert serials == list(range(serials[0], serials[0] + len(serials)))


def test_a_lock_is_given_back_even_if_the_last_write_was_in_doubt(store: ScriptedStore, world: World) -> None:
    with suppress(StateError), hold(store, ACCOUNT, HOLDER, world.surroundings()) as journal:
        store.failure, store.torn = FULL, True
        try:
            journal.commit(replace(journal.state, echoes_limits=True))
        finally:
            store.failure = None

    assert (store.state.lock, store.state.echoes_limits, world.notices) == (None, True, [])


def test_a_write_that_failed_and_took_no_effect_leaves_the_run_where_it_was(
    store: ScriptedStore, world: World, journal: HeldJournal
) -> None:
    store.failure = FULL
    with pytest.raises(StateError):
        journal.commit(replace(journal.state, echoes_limits=False))
    store.failure = None

    journal.commit(replace(journal.state, echoes_limits=True))

    assert store.state.echoes_limits is True


def test_a_renewed_lock_is_still_refused_to_others(store: ScriptedStore, world: World, journal: HeldJournal) -> None:
    store.alone = None
    world.time += LEASE - SECOND
    journal.keep()
    world.time += LEASE - SECOND

    with pytest.raises(Refused, match="bob on server"), hold(store, ACCOUNT, HOLDER, world.surroundings()):
        pytest.fail("the lock was given")


class SlowStore(ScriptedStore):
    """A store of which every look takes `cost` of the wall clock's time."""

    def __init__(self, world: World, cost: timedelta) -> None:
        super().__init__(BOUND)
        self._world = world
        self.cost = cost

    def version(self) -> str | None:
        self._world.time += self.cost
        return super().version()


@pytest.mark.parametrize(("cost", "most"), [(timedelta(0), 120), (SECOND, 8), (10 * SECOND, 6)])
def test_a_place_that_is_far_away_is_looked_at_seldomer(cost: timedelta, most: int) -> None:
    world = World()
    store = SlowStore(world, cost)
    with hold(store, ACCOUNT, HOLDER, world.surroundings()) as journal:
        reads, end = store.reads, world.time + 60 * SECOND
        while world.time < end:
            world.time += SECOND / 10
            journal.keep()

        assert 2 <= store.reads - reads <= most


def test_a_look_during_which_the_process_was_halted_is_followed_by_another_at_once() -> None:
    world = World()
    store = SlowStore(world, timedelta(0))
    with suppress(SwapLost), hold(store, ACCOUNT, HOLDER, world.surroundings()) as journal:
        for halted in (timedelta(0), 4 * SECOND):
            store.cost = halted
            world.time += CHECK
            journal.keep()
        store.cost = timedelta(0)
        store.overtake(replace(store.state, serial=store.state.serial + 1, lock=None))

        with pytest.raises(SwapLost):
            journal.keep()


def test_a_renewal_that_takes_effect_late_is_not_taken_for_another_run(
    store: ScriptedStore, world: World, journal: HeldJournal
) -> None:
    store.failure = UNREACHABLE
    world.time += LEASE / 4
    journal.keep()
    late = replace(store.state, serial=store.state.serial + 1, lock=renewed(store.state.lock, world.time))
    store.failure = None
    journal.keep()
    store.arrives = late

    journal.commit(replace(journal.state, echoes_limits=True))

    assert store.state.echoes_limits is True
    assert store.state.serial == late.serial + 1
    assert journal.state == store.state


def test_what_was_staged_is_written_even_if_the_last_write_was_in_doubt(store: ScriptedStore, world: World) -> None:
    with hold(store, ACCOUNT, HOLDER, world.surroundings()) as journal:
        store.failure, store.torn = FULL, True
        with pytest.raises(StateError):
            journal.commit(replace(journal.state, echoes_limits=False))
        store.failure = None
        journal.stage(replace(journal.state, history=(RUN,)))

    assert store.state.history == (RUN,)
    assert store.state.echoes_limits is False


def test_a_write_that_was_lost_to_somebody_else_stays_lost_though_an_earlier_one_was_in_doubt(
    store: ScriptedStore, world: World, journal: HeldJournal
) -> None:
    store.failure = UNREACHABLE
    world.time += LEASE / 4
    journal.keep()
    store.failure = None
    store.arrives = replace(store.state, serial=store.state.serial + 5)

    for _ in range(2):
        with pytest.raises(SwapLost):
            journal.commit(replace(journal.state, echoes_limits=True))

    assert store.state.echoes_limits is None


def test_a_look_that_hangs_past_the_lease_ends_the_run(
    store: ScriptedStore, world: World, journal: HeldJournal
) -> None:
    class Hanging:
        def version(self) -> str | None:
            world.time += LEASE / 2
            raise UNREACHABLE

    world.time += LEASE * 0.6
    store.version = Hanging().version  # type: ignore[method-assign]

    with pytest.raises(StateError, match="cannot read"):
        journal.keep()


def test_the_lease_counts_from_before_the_write(store: ScriptedStore, world: World, journal: HeldJournal) -> None:
    swap = store.swap

    def slow(expected: str | None, data: bytes) -> str:
        world.time += LEASE / 2
        return swap(expected, data)

    store.swap = slow  # type: ignore[method-assign]
    journal.commit(replace(journal.state, echoes_limits=True))
    store.swap = swap  # type: ignore[method-assign]
    store.unreadable = UNREACHABLE
    world.time += LEASE * 0.4

    with pytest.raises(StateError):
        journal.keep()


def test_a_signal_in_the_middle_of_a_write_leaves_no_lock(store: ScriptedStore, world: World) -> None:
    swap = store.swap

    def signalled(expected: str | None, data: bytes) -> str:
        store.swap = swap  # type: ignore[method-assign]
        swap(expected, data)
        raise KeyboardInterrupt

    def run() -> None:
        with hold(store, ACCOUNT, HOLDER, world.surroundings()) as journal:
            store.swap = signalled  # type: ignore[method-assign]
            journal.commit(replace(journal.state, echoes_limits=True))

    with pytest.raises(KeyboardInterrupt):
        run()
    assert (store.state.lock, store.state.echoes_limits) == (None, True)


def test_while_the_place_cannot_be_reached_nobody_is_told_that_the_lock_is_held(
    store: ScriptedStore, world: World, journal: HeldJournal
) -> None:
    told = []
    for unreadable in (None, UNREACHABLE, UNREACHABLE, None):
        store.unreadable = unreadable
        world.time += CHECK
        told += [journal.keep(), journal.keep()]

    assert told == [True, True, False, False, False, False, True, True]
