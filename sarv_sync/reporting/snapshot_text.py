"""What became of a snapshot, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.visible import printable
from sarv_sync.reporting.wording import counted

if TYPE_CHECKING:
    from sarv_sync.model.snapshot import Snapshot


def written_text(snapshot: Snapshot, file: str) -> str:
    """Return that the snapshot was written to `file`."""
    return printable(f"Wrote {file}: {_words(snapshot)}")


def published_text(snapshot: Snapshot, there: Snapshot, where: str) -> str:
    """Return that the snapshot was published at the place `where`, or that a newer one was there already."""
    if there.taken_at > snapshot.taken_at:
        return printable(f"Left {where} as it is: it has a newer snapshot, taken at {there.time}")
    return printable(f"Published at {where}: {_words(snapshot)}")


def _words(snapshot: Snapshot) -> str:
    listing = snapshot.listing
    parts = [counted(len(listing.users), "user")]
    if listing.faults:
        parts.append(f"{counted(len(listing.faults), 'row')} that cannot be read")
    if listing.repeated:
        parts.append(f"{counted(len(listing.repeated), 'name')} listed more than once")
    signed = "signed" if snapshot.signature else "not signed"
    return f"{', '.join(parts)}; taken at {snapshot.time}, {signed}"
