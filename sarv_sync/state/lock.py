"""The lock: a lease in the document, in somebody's name."""

from __future__ import annotations

import shlex
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from sarv_sync.errors import Refused
from sarv_sync.model.state import Lock

LEASE = timedelta(minutes=5)
"""How long a lock is believed after its last renewal, where the store cannot tell whether its holder lives."""


def leased(lock_id: str, holder: str, command: str, now: datetime) -> Lock:
    """Return a lock that begins `now`."""
    return Lock(lock_id, holder, command, _iso(now), _iso(now + LEASE))


def renewed(lock: Lock | None, now: datetime) -> Lock | None:
    """Return `lock` with its whole lease before it; nothing for none."""
    return None if lock is None else replace(lock, expires=_iso(now + LEASE))


def ran_out(lock: Lock, now: datetime) -> bool:
    """Return whether nobody needs to believe in `lock` any more."""
    return _iso(now) >= lock.expires


def words(lock: Lock) -> str:
    """Return who holds the lock, for what, since when."""
    return f"{lock.holder}: {lock.command}, since {lock.since}"


def held(lock: Lock) -> Refused:
    """Return the refusal of a run that would need the lock, with every way on."""
    return Refused(
        f"the state is locked by {words(lock)}",
        "wait for that run to end (`sarv-sync apply --lock-timeout 6m` does); if it is dead, its lock is taken over "
        f"by itself, at {lock.expires} at the latest; if it has to be stopped, "
        f"`sarv-sync state unlock {shlex.quote(lock.id)}` takes the lock away from it",
        reason="lock",
    )


def _iso(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
