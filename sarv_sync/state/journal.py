"""The state as one run holds it, under its lock."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.errors import Refused, SarvSyncError, StateError, SwapLost
from sarv_sync.model.state import Lock, State
from sarv_sync.state.document import decode, encode
from sarv_sync.state.lock import LEASE, leased, renewed, words
from sarv_sync.state.mark import check, look, none_there, remember
from sarv_sync.state.moved import moved_away
from sarv_sync.state.rhythm import Rhythm
from sarv_sync.state.turn import Turn, shows_dead
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sarv_sync.model.account import Account
    from sarv_sync.state.interface import Store
    from sarv_sync.state.mark import Contents

RENEWAL = LEASE / 5
LAST_MOMENT = LEASE - RENEWAL


@dataclass(frozen=True, slots=True)
class Holder:
    """Who takes the lock: `name` is a person and machine, `command` what is being run."""

    name: str
    command: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The world, as whoever takes the lock sees it.

    Wall-clock time, fresh identifiers, and where to say in passing what happened to the lock. `sleep` lets so many
    seconds go by, or raises `Interrupted`; `patience` is how many seconds a lock that somebody else has is waited
    for.
    """

    now: Callable[[], datetime]
    new_id: Callable[[], str]
    notice: Callable[[str], None]
    sleep: Callable[[float], None] = time.sleep
    patience: float = 0.0


class HeldJournal:
    """The state, and the right to write it. Every write renews the lock.

    `seen` says that the store shows everybody whether this run lives.
    """

    def __init__(
        self, store: Store, state: State, version: str | None, now: Callable[[], datetime], *, seen: bool = True
    ) -> None:
        self._store = store
        self._state = state
        self._version = version
        self._now = now
        self._seen = seen
        self._lost = False
        self._sure = True
        self._in_doubt: State | None = None
        self._staged = False
        self._written = now()
        self._rhythm = Rhythm(self._written)

    @property
    def state(self) -> State:
        """The state as it was last written."""
        return self._state

    def commit(self, state: State) -> None:
        """Write `state` durably; raise `StateError` if that cannot be done, `SwapLost` if another run took over."""
        self._write(replace(state, lock=renewed(self._state.lock, self._now())))

    def stage(self, state: State) -> None:
        """Let the next write be of `state`, at the latest the one that gives the lock back."""
        self._state = replace(state, lock=self._state.lock, serial=self._state.serial)
        self._staged = True

    def keep(self) -> bool:
        """Renew the lock if that is due, and raise `SwapLost` if somebody else has the state by now.

        Made to be called all the time: most calls do nothing. Returns whether the last look succeeded. That the store
        cannot be reached is borne until the lease is about to run out, and raised as `StateError` then; meanwhile
        nobody knows whether the lock was taken away.
        """
        now = self._now()
        if not self._rhythm.is_due(now) and not self._lost:
            return self._sure
        self._sure = False
        try:
            self._look_now(now)
            # Either way: a clock that was set back must not keep the lock from being renewed.
            if abs(now - self._written) >= RENEWAL:
                self.commit(self._state)
            self._sure = True
        except SwapLost:
            raise
        except StateError:
            if abs(self._now() - self._written) >= LAST_MOMENT:
                raise
        return self._sure

    def take(self, lock: Lock) -> None:
        """Write `lock` into the state, in place of the one that is there."""
        self._write(replace(self._state, lock=lock))

    def release(self) -> None:
        """Give the lock back, unless another run has it by now."""
        if not self._lost:
            self._settle()
            self._write(replace(self._state, lock=None))

    def winner(self) -> Lock | None:
        """Return the lock of whoever has the state by now, None if that cannot be told."""
        stored = self._store.read()
        return None if stored is None else decode(stored.data, self._store.describe()).lock

    def _write(self, state: State) -> None:
        self._settle()
        try:
            self._swap(state)
        except SwapLost:
            if self._lost:
                raise
            self._swap(state)

    def _swap(self, state: State) -> None:
        state, began = replace(state, serial=self._state.serial + 1), self._now()
        try:
            self._version = self._store.swap(self._version, encode(state))
        except SwapLost:
            # A write that was in doubt may have taken effect this very moment: then it was lost to this run itself.
            self._lost = not self._caught_up()
            if self._lost:
                raise self._taken_away() from None
            raise
        except BaseException:  # a signal may come in the middle of it, too
            self._in_doubt = state
            raise
        self._state, self._in_doubt, self._staged = state, None, False
        self._written = began  # the lease that was written counts from before the write
        self._sure = True
        self._rhythm.wrote(self._now())
        remember(self._store, state, seen=self._seen)

    def _settle(self) -> None:
        """Find out whether the last write took effect, if that is in doubt."""
        if self._lost or self._in_doubt is not None:
            self._look()

    def _look(self) -> None:
        """Raise `SwapLost` unless the document is the one that this run wrote last."""
        if self._lost or (self._store.version() != self._version and not self._caught_up()):
            self._lost = True
            raise self._taken_away()

    def _look_now(self, now: datetime) -> None:
        try:
            self._look()
        finally:
            self._rhythm.looked(now, self._now())

    def _caught_up(self) -> bool:
        """Take the write that is in doubt for the last one, if it is what is there by now; return whether it is."""
        tried = self._in_doubt
        stored = self._store.read() if tried is not None else None
        if tried is None or stored is None or stored.data != encode(tried):
            return False
        # What was staged since is of what is in doubt by now, too: only the runs are told of further.
        self._state = replace(tried, history=self._state.history) if self._staged else tried
        self._version, self._in_doubt = stored.version, None
        return True

    def _taken_away(self) -> SwapLost:
        winner = None
        with suppress(StateError):
            winner = self.winner()
        by = f" by {words(winner)}" if winner else ""
        return SwapLost(
            f"the state {self._store.describe()} was taken away from this run{by}",
            "this run makes no further call, and what it had under way is in the state; run the command again",
        )


def read_state(store: Store, account: Account) -> State:
    """Return the state of `account`, an empty one if there is none yet.

    Raises `Refused` for another account's, and for one that is not what was last written at its place.
    """
    return read_contents(store, account)[0]


def read_contents(store: Store, account: Account) -> tuple[State, Contents]:
    """Return what `read_state` does, and what it was made of, for `hold` to know it again."""
    found = look(store)
    _check_usable(found, account, store)
    return found.state or State("", 0, account, lost=found.mark.serial if found.mark else None), found


@contextmanager
def hold(
    store: Store, account: Account | None, holder: Holder, world: Surroundings, known: Contents | None = None
) -> Iterator[HeldJournal]:
    """Take the lock for the length of the context; raise `Refused` if a living run has it, and goes on having it.

    `account` is the one the state must be bound to; None takes whichever it is. `known` is what was read before. The
    lock of a holder that is dead, or whose lease ran out, is taken over: its next write fails, and what it had under
    way is journalled.
    """
    turn = Turn(world.patience, world.sleep, world.notice)
    while True:
        with store.presence() as alone:
            found = look(store, known)
            _check_usable(found, account, store)
            if turn.has_come(found, world.now(), alone=alone):
                state = found.state or _fresh(found, account, store, world)
                journal = HeldJournal(store, state, found.version, world.now, seen=alone is not False)
                if _took(journal, holder, world, turn):
                    _tell(found, world, alone=alone)
                    try:
                        yield journal
                    finally:
                        _release(journal, world)
                    return
        turn.wait()


def _check_usable(found: Contents, account: Account | None, store: Store) -> None:
    state, where = found.state, store.describe()
    if state is not None and account is not None and state.account != account:
        raise Refused(
            f"the state {where} belongs to account {state.account.owner_id} at {state.account.endpoint}, "
            f"not to {account.owner_id} at {account.endpoint}",
            "each account has its own configuration and state; give this one a place of its own under `state:`",
        )
    check(found, where)
    if state is not None and state.moved is not None:
        raise moved_away(state.moved, where)


def _fresh(found: Contents, account: Account | None, store: Store, world: Surroundings) -> State:
    if account is None:
        raise none_there(found.mark, store.describe())
    return State(world.new_id(), 0, account, lost=found.mark.serial if found.mark else None)


def _took(journal: HeldJournal, holder: Holder, world: Surroundings, turn: Turn) -> bool:
    """Take the lock; return False if somebody else was faster, and has it."""
    try:
        journal.take(leased(world.new_id(), holder.name, holder.command, world.now()))
    except SwapLost:
        winner = journal.winner()
        if winner is None:
            raise
        turn.lost_to(winner)
        return False
    return True


def _tell(found: Contents, world: Surroundings, *, alone: bool | None) -> None:
    """Say whose lock was taken over, if it was somebody's."""
    lock = found.lock
    if lock is not None:
        why = "that run is dead" if shows_dead(lock, found, alone=alone) else "it was not renewed in time"
        world.notice(f"took over the lock of {lock.holder} ({lock.command}, since {lock.since}): {why}")


def _release(journal: HeldJournal, world: Surroundings) -> None:
    """Give the lock back. What the run did, or the error that ended it, matters more than a lock left behind."""
    try:
        journal.release()
    except SarvSyncError as error:
        world.notice(f"the lock could not be given back, and the next run takes it over: {error.message}")
