"""Writing the state without holding its lock: breaking one, and putting another document in place."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.errors import Refused, StateError, SwapLost
from sarv_sync.state.document import decode, encode
from sarv_sync.state.journal import HeldJournal
from sarv_sync.state.lock import held, words
from sarv_sync.state.mark import Contents, check, look, recall, remember
from sarv_sync.state.turn import is_held

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sarv_sync.model.state import Lock, State
    from sarv_sync.state.interface import Store

_TRIES = 100
"""A holder that writes all the time renews its lock with every write, and may be faster now and then."""


def break_lock(store: Store, lock_id: str, now: Callable[[], datetime]) -> Lock:
    """Take the lock with that id away from its holder, dead or alive, and return it.

    The holder's next write fails. Raises `Refused` if there is another lock, or none.
    """
    for _ in range(_TRIES):
        found = look(store)
        check(found, store.describe())
        state, lock = _locked(found, store)
        if lock.id != lock_id:
            raise Refused(
                f"the state is not locked by {lock_id}: its lock is {lock.id}, held by {words(lock)}",
                f"if that is the one to be broken, run `sarv-sync state unlock {shlex.quote(lock.id)}`",
            )
        try:
            HeldJournal(store, state, found.version, now).release()
        except SwapLost:
            continue
        return lock
    raise Refused(f"the holder of the lock writes too fast to be stopped: {words(lock)}", "run this again")


def put(store: Store, choose: Callable[[Contents], State], now: datetime) -> State:
    """Replace whatever is in `store`, be it damaged, by the document that `choose` makes of it; return that.

    It gets a serial above every one that is known, and no lock. Raises `Refused` while a living run has the lock,
    `SwapLost` if somebody writes meanwhile.
    """
    with store.presence() as alone:
        found = _whatever_is_there(store, alone=alone)
        if found.lock is not None and is_held(found, now, alone=alone):
            raise held(found.lock)
        chosen = choose(found)
        known = [chosen.serial, *(side.serial for side in (found.state, found.mark) if side is not None)]
        state = replace(chosen, serial=max(known) + 1, lock=None)
        store.swap(found.version, encode(state))
        remember(store, state)
        return state


def _locked(found: Contents, store: Store) -> tuple[State, Lock]:
    state = found.state
    if state is None or state.lock is None:
        raise Refused(f"the state {store.describe()} is not locked", "there is nothing to release")
    return state, state.lock


def _whatever_is_there(store: Store, *, alone: bool | None) -> Contents:
    """Return what is there; a document that cannot be used counts as none, but for its version."""
    mark = recall(store)
    stored = store.read()
    if stored is None:
        return Contents(None, None, mark)
    try:
        return Contents(decode(stored.data, store.describe()), stored.version, mark)
    except StateError:
        if alone is False:
            raise Refused(
                f"the state {store.describe()} is damaged, and another run is at work with it",
                "wait for that run to end, then push again",
            ) from None
        return Contents(None, stored.version, mark)
