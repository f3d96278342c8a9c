"""The state as one run holds it, under its lock."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from sarv_sync.errors import Refused, SarvSyncError, SwapLost
from sarv_sync.model.state import Lock, State
from sarv_sync.state.document import decode, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sarv_sync.model.account import Account
    from sarv_sync.state.interface import Store

LEASE = timedelta(minutes=5)
"""How long a lock is believed after its last renewal, where the store cannot tell whether its holder lives."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who takes the lock: `name` is a person and machine, `command` what is being run."""

    name: str
    command: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Wall-clock time, fresh identifiers, and where to say that a dead run's lock was taken over."""

    now: Callable[[], datetime]
    new_id: Callable[[], str]
    notice: Callable[[str], None]


class HeldJournal:
    """The state, and the right to write it. Every write renews the lock."""

    def __init__(self, store: Store, state: State, version: str | None, now: Callable[[], datetime]) -> None:
        self._store = store
        self._state = state
        self._version = version
        self._now = now
        self._lost = False

    @property
    def state(self) -> State:
        """The state as it was last written."""
        return self._state

    def commit(self, state: State) -> None:
        """Write `state` durably; raise `StateError` if that cannot be done, `SwapLost` if another run took over."""
        self._write(replace(state, lock=_renewed(self._state.lock, self._now())))

    def keep(self) -> None:
        """Renew the lock if that is due, and raise `SwapLost` if somebody else has it by now."""

    def take(self, lock: Lock) -> None:
        """Write `lock` into the state, in place of the one that is there."""
        self._write(replace(self._state, lock=lock))

    def release(self) -> None:
        """Give the lock back, unless another run has it by now."""
        if not self._lost:
            self._write(replace(self._state, lock=None))

    def _write(self, state: State) -> None:
        if self._lost:
            raise SwapLost("another run took the state over", "run the command again")
        state = replace(state, serial=self._state.serial + 1)
        try:
            self._version = self._store.swap(self._version, encode(state))
        except SwapLost:
            self._lost = True
            raise
        self._state = state


def read_state(store: Store, account: Account) -> State:
    """Return the state of `account`, an empty one if there is none yet; raise `Refused` for another account's."""
    stored = store.read()
    if stored is None:
        return State("", 0, account)
    return _checked(decode(stored.data, store.describe()), account, store)


@contextmanager
def hold(store: Store, account: Account | None, holder: Holder, world: Surroundings) -> Iterator[HeldJournal]:
    """Take the lock for the length of the context; raise `Refused` if a living run has it.

    `account` is the one the state must be bound to; None takes whichever it is. The lock of a holder that is
    dead, or whose lease ran out, is taken over: its next write fails, and what it had under way is journalled.
    """
    with store.presence() as alone:
        stored = store.read()
        state = decode(stored.data, store.describe()) if stored else _fresh(account, store, world)
        if account is not None:
            _checked(state, account, store)
        if alone is False:
            raise _held(state.lock)
        if state.lock is not None:
            _take_over(state.lock, alone, world)
        journal = HeldJournal(store, state, stored.version if stored else None, world.now)
        journal.take(_new_lock(holder, world))
        try:
            yield journal
        finally:
            _release(journal, world)


def _release(journal: HeldJournal, world: Surroundings) -> None:
    """Give the lock back. What the run did, or the error that ended it, matters more than a lock left behind."""
    try:
        journal.release()
    except SarvSyncError as error:
        world.notice(f"the lock could not be given back, and the next run takes it over: {error.message}")


def _fresh(account: Account | None, store: Store, world: Surroundings) -> State:
    if account is None:
        raise Refused(f"there is no state at {store.describe()} yet", "the first apply makes it")
    return State(world.new_id(), 0, account)


def _checked(state: State, account: Account, store: Store) -> State:
    if state.account != account:
        raise Refused(
            f"the state {store.describe()} belongs to account {state.account.owner_id} at {state.account.endpoint}, "
            f"not to {account.owner_id} at {account.endpoint}",
            "each account has its own configuration and state; set `state.path` in the file of this one",
        )
    return state


def _new_lock(holder: Holder, world: Surroundings) -> Lock:
    now = world.now()
    return Lock(world.new_id(), holder.name, holder.command, _iso(now), _iso(now + LEASE))


def _renewed(lock: Lock | None, now: datetime) -> Lock | None:
    return None if lock is None else replace(lock, expires=_iso(now + LEASE))


def _take_over(lock: Lock, alone: bool | None, world: Surroundings) -> None:  # noqa: FBT001
    if alone is None and _iso(world.now()) < lock.expires:
        raise _held(lock)
    world.notice(f"took over the lock of {lock.holder} ({lock.command}, since {lock.since}): that run is dead")


def _held(lock: Lock | None) -> Refused:
    hint = "wait for it to end, then run this again"
    if lock is None:
        return Refused("another run is just taking or leaving the lock of this state", hint)
    return Refused(f"the state is locked by {lock.holder}: {lock.command}, since {lock.since}", hint)


def _iso(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
