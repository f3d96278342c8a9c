"""Snapshots, keys and clocks for the tests of the use cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from sarv_sync.model.account import Account
from sarv_sync.model.secret import Secret
from sarv_sync.model.snapshot import Signature, Snapshot, signed_bytes
from sarv_sync.model.users import Listing, ObservedUser, Settings
from sarv_sync.signing.ed25519 import new_key, public_key_of, sign
from sarv_sync.snapshot_workflow.trust import Trust

ACCOUNT = Account("https://api.example.net/v1.0", "10042")
NOW = datetime(2026, 11, 24, 5, 17, tzinfo=timezone.utc)
KEY = new_key()
PUBLIC_KEY = public_key_of(KEY)
OTHER_KEY = new_key()

ANY = Trust(ACCOUNT, None, 86400)
SIGNED = Trust(ACCOUNT, PUBLIC_KEY, 86400)


def listing(**users: int) -> Listing:
    """Return a listing of users with these limits."""
    return Listing(
        {name: ObservedUser(name, Settings(limit, limit, "Enable"), Secret("")) for name, limit in users.items()}
    )


def snapshot(age: timedelta = timedelta(hours=3), key: Secret | None = None) -> Snapshot:
    """Return a snapshot that is so old, signed if there is a key."""
    made = Snapshot(ACCOUNT, NOW - age, listing(smtp1=100))
    return made if key is None else signed(made, key)


def signed(made: Snapshot, key: Secret) -> Snapshot:
    """Return `made` with a signature."""
    return replace(made, signature=Signature(public_key_of(key), sign(key, signed_bytes(made))))
