"""Whether the state can be used, is free, and could be written."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from sarv_sync.doctor.words import counted, failed
from sarv_sync.errors import Fault
from sarv_sync.model.account import Account
from sarv_sync.model.diagnosis import Finding
from sarv_sync.model.state import State

if TYPE_CHECKING:
    from sarv_sync.doctor.evidence import StatePlace
    from sarv_sync.model.state import Lock

_UNKNOWN = "depends on configuration"


def check_state(place: StatePlace | None) -> Finding:
    """Check that the document can be read, is this account's, and is the one last written there."""
    if place is None:
        return Finding("state", "skipped", _UNKNOWN)
    match place.document:
        case None:
            return Finding("state", "ok", f"there is none yet at {place.where}: the first apply makes it")
        case Fault():
            return failed("state", place.document)
        case state:
            held = f"{counted(len(state.bindings), 'user')} bound, {len(state.removed):,} removed"
            return Finding("state", "ok", f"{place.where}: serial {state.serial:,}, {held}")


def usable(place: StatePlace | None) -> State | str:
    """Return the state to hold against the account, an empty one where there is none yet, or why that cannot be."""
    if place is None:
        return "depends on state"
    match place.document:
        case None:
            return State("", 0, Account("", ""))
        case Fault():
            return "depends on state"
        case state:
            return state


def check_lock(place: StatePlace | None) -> Finding:
    """Check whether a run works with the state."""
    if place is None:
        return Finding("lock", "skipped", _UNKNOWN)
    if isinstance(place.taken, Fault):
        return failed("lock", place.taken)
    return _without_lock(place) if place.lock is None else _with_lock(place.lock, taken=place.taken)


def _without_lock(place: StatePlace) -> Finding:
    if isinstance(place.document, Fault) and not place.in_folder:
        return Finding("lock", "skipped", "depends on state")
    if place.taken:
        return Finding("lock", "warning", "another run is just taking or leaving it", "wait for that run to end")
    return Finding("lock", "ok", "free")


def _with_lock(lock: Lock, *, taken: bool) -> Finding:
    whose = f"{lock.holder}: {lock.command}, since {lock.since}"
    if taken:
        remedy = (
            f"wait for it to end; if it hangs, `sarv-sync state unlock {shlex.quote(lock.id)}` takes the lock from it"
        )
        return Finding("lock", "warning", f"held by {whose}", remedy)
    remedy = "`sarv-sync apply` takes it over and goes on from there"
    return Finding("lock", "warning", f"left behind by {whose}", remedy)


def check_folder(place: StatePlace | None) -> Finding:
    """Check that the next document could be written, and locked."""
    if place is None:
        return Finding("folder", "skipped", _UNKNOWN)
    if not place.in_folder:
        return Finding("folder", "skipped", "the state is in no folder")
    if place.trouble is not None:
        return failed("folder", place.trouble)
    return Finding("folder", "ok", "the state's folder can be written and locked in")
