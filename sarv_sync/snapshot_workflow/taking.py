"""Listing an account without its secrets, and planning with what was listed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync import workflow
from sarv_sync.errors import Fault
from sarv_sync.model.snapshot import Signature, Snapshot, redacted, signed_bytes
from sarv_sync.signing import ed25519

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sarv_sync.model.account import Account
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.secret import Secret
    from sarv_sync.model.users import Listing
    from sarv_sync.workflow import Lister, Project


class Recorded:
    """A snapshot where the provider is expected."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._listing = snapshot.listing

    def list_users(self) -> Listing:
        """Return the account as it was."""
        return self._listing


def take(provider: Lister, account: Account, now: datetime, key: Secret | None) -> Snapshot:
    """List the account, leave out the passwords, and sign the rest if there is a key.

    `now` is before the listing, so that a snapshot is never older than it says.
    """
    snapshot = Snapshot(account, now.replace(microsecond=0), redacted(provider.list_users()))
    if key is None:
        return snapshot
    value = ed25519.sign(key, signed_bytes(snapshot))
    return replace(snapshot, signature=Signature(ed25519.public_key_of(key), value))


def plan(project: Project, snapshot: Snapshot, targets: Sequence[str] = ()) -> Plan:
    """Compare files, state and the snapshot, and say so in the plan. Writes nothing anywhere, runs nothing."""
    made = workflow.plan(replace(project, provider=Recorded(snapshot)), targets)
    warning = Fault(
        f"made from a snapshot taken at {snapshot.time}, not from the live account",
        "apply plans again on the live account",
    )
    return replace(made, warnings=(warning, *made.warnings))
