"""Putting a snapshot where plans find it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.errors import InputError, Refused, SwapLost
from sarv_sync.model.snapshot import parse_snapshot, snapshot_text
from sarv_sync.snapshot_workflow.trust import check

if TYPE_CHECKING:
    from datetime import datetime

    from sarv_sync.model.snapshot import Snapshot
    from sarv_sync.snapshot_workflow.trust import Trust
    from sarv_sync.state.interface import Store, Stored

_TRIES = 5
_SERIAL_MAX = 2**31 - 1
"""The largest number that the places which count documents keep."""


def publish(store: Store, snapshot: Snapshot, trust: Trust, now: datetime) -> Snapshot:
    """Put `snapshot` into `store`, unless a newer one that can be used is there; return the one that is there then.

    Raises `Refused` if one of another account is there, `SwapLost` if others are faster again and again.
    """
    left = _TRIES
    while True:
        left -= 1
        stored = store.read()
        there = _readable(stored, store.describe())
        if there is not None and _stands(there, snapshot, trust, now, store.describe()):
            return there
        published = replace(snapshot, serial=_serial(stored, there, now))
        try:
            store.swap(None if stored is None else stored.version, f"{snapshot_text(published)}\n".encode())
        except SwapLost:
            if left:
                continue
            raise
        return published


def _readable(stored: Stored | None, where: str) -> Snapshot | None:
    """Return what is there; what cannot be read is of no use to anybody, and counts as nothing."""
    try:
        return None if stored is None else parse_snapshot(stored.data, where)
    except InputError:
        return None


def _stands(there: Snapshot, snapshot: Snapshot, trust: Trust, now: datetime, where: str) -> bool:
    """Say whether what is there is newer, and a plan would take it: a date alone must not keep others out."""
    if there.account != snapshot.account:
        raise Refused(
            f"the snapshot {where} is of account {there.account.owner_id} at {there.account.endpoint}, "
            f"so that of {snapshot.account.owner_id} at {snapshot.account.endpoint} was not published there",
            "each account has its own configuration and state; give this one a place of its own under `state:`",
        )
    try:
        check(there, trust, now, where)
    except Refused:
        return False
    return there.taken_at > snapshot.taken_at


def _serial(stored: Stored | None, there: Snapshot | None, now: datetime) -> int:
    """Return a number above that of what is there; where that cannot be read, above any that was counted up to."""
    if stored is None:
        return 1
    if there is None or there.serial >= _SERIAL_MAX:
        return int(now.timestamp())
    return there.serial + 1
