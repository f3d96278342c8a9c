"""Moving the state to another place.

At no moment do two places hold a state that a run would work with, nor does the new one look as if there had never
been a state: that would have every user made again.

::

    step                                     the old place   the new place   after a crash here
    --------------------------------------   -------------   -------------   ----------------------------------
    the old one is locked                    in use          nothing         nothing happened
    the document is written to the new one   in use          arriving        the old one is used; begin again
    it is read back, and is the same         in use          arriving        (the same)
    the old one is marked                    moved           arriving        neither is used; going on finishes
    the new one is freed of its mark         moved           in use          done
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import Refused, StateError
from sarv_sync.model.state import Moved
from sarv_sync.state.document import decode, encode
from sarv_sync.state.journal import hold
from sarv_sync.state.lock import leased
from sarv_sync.state.mark import check, look, none_there, remember
from sarv_sync.state.moved import moved_away
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.model.state import State
    from sarv_sync.state.interface import Store
    from sarv_sync.state.journal import Holder, Surroundings
    from sarv_sync.state.mark import Contents

_BOTH = "look at both with `sarv-sync state pull`; nothing was changed"


@dataclass(frozen=True, slots=True)
class Target:
    """The new place, and the `state:` section that names it, for people to copy."""

    store: Store
    section: str


def migrate(source: Store, target: Target, holder: Holder, world: Surroundings) -> State:
    """Move the state from `source` to `target`, and return it as it is there.

    Goes on with a move that was broken off. Raises `Refused` if there is nothing to move, a run has the lock, or the
    new place holds something else.
    """
    here = look(source)
    if here.state is None:
        raise none_there(here.mark, source.describe())
    if source.describe() == target.store.describe():
        raise Refused(f"the state is at {source.describe()} already", "name another place")
    if here.state.moved is None:
        _copy(source, target, holder, world)
    elif here.state.moved != Moved("to", target.store.describe(), target.section):
        raise moved_away(here.state.moved, source.describe())
    return _finish(source, target)


def _copy(source: Store, target: Target, holder: Holder, world: Surroundings) -> None:
    """Write the state to the new place, prove it, and mark the old one."""
    store = target.store
    with hold(source, None, holder, world) as journal:
        there = look(store)
        state = journal.state
        _check_free(there, state, store.describe())
        known = [side.serial for side in (state, there.state, there.mark) if side is not None]
        lock = leased(world.new_id(), holder.name, holder.command, world.now())
        moved = Moved("from", source.describe())
        arriving = replace(state, serial=max(known) + 1, lock=lock, moved=moved, lost=None)
        store.swap(there.version, encode(arriving))
        remember(store, arriving)
        _prove(store, arriving, state)
        journal.commit(replace(journal.state, moved=Moved("to", store.describe(), target.section)))


def _finish(source: Store, target: Target) -> State:
    """Let the state be used at the new place. The old one is marked: nobody writes there any more."""
    store = target.store
    # The new place first: what is seen at the old one afterwards still held when that version was there.
    there = look(store)
    arrived, here = there.state, look(source).state
    if here is None or arrived is None or arrived.lineage != here.lineage:
        raise Refused(
            f"the state was marked as moved to {store.describe()}, and is not there",
            f"put it there with `sarv-sync state push --force FILE`, from {source.describe()} or a copy",
        )
    if here.moved != Moved("to", store.describe(), target.section):
        raise Refused(f"the state was moved by somebody else meanwhile, from {source.describe()}", _BOTH)
    if arrived.moved is None:
        return arrived
    if arrived.moved.direction == "to":
        raise moved_away(arrived.moved, store.describe())
    state = replace(arrived, serial=arrived.serial + 1, lock=None, moved=None)
    store.swap(there.version, encode(state))
    remember(store, state)
    return state


def _check_free(there: Contents, state: State, where: str) -> None:
    """Raise `Refused` unless the new place is empty, or has this very state, moved away or not yet arrived."""
    check(there, where)
    if there.state is None:
        if there.mark is not None and there.mark.lineage != state.lineage:
            raise none_there(there.mark, where)
        return
    if there.state.lineage != state.lineage:
        raise Refused(f"{where} holds another state already, of lineage {there.state.lineage}", _BOTH)
    if there.state.moved is None:
        raise Refused(f"{where} holds this state already, and it is in use there", _BOTH)


def _prove(store: Store, arriving: State, state: State) -> None:
    """Read the copy back and raise `StateError` unless it says what `state` does."""
    stored = store.read()
    copy = None if stored is None else decode(stored.data, store.describe())
    apart: dict[str, Any] = {"serial": 0, "lock": None, "moved": None, "lost": None}
    if copy != replace(arriving, lost=None) or replace(copy, **apart) != replace(state, **apart):
        raise StateError(
            f"what {store.describe()} gives back is not what was written there",
            "the state was not moved; look at what that place does with documents",
        )
