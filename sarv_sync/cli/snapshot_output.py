"""Taking a snapshot from the command line, and saying where it went."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from sarv_sync.inputs import read_any_configuration
from sarv_sync.model.snapshot import snapshot_text
from sarv_sync.reporting.snapshot_text import published_text, written_text
from sarv_sync.snapshots.files import save
from sarv_sync.snapshots.opening import publish_snapshot, take_snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from sarv_sync.cli.shell import Shell


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(timezone.utc)


def write_snapshot(shell: Shell, out: Path | None, *, publish: bool) -> None:
    """Take a snapshot and write it to the file, next to the state, or else to standard output."""
    inputs = shell.inputs()
    configuration = read_any_configuration(inputs)
    shell.complain(configuration.warnings, "warning")
    snapshot = take_snapshot(inputs, configuration, shell.scrubber, shell.notice, now)
    if out is not None:
        save(out, f"{snapshot_text(snapshot)}\n")
        shell.result(written_text(snapshot, str(out)))
    if publish:
        there, where = publish_snapshot(inputs, configuration, snapshot, now())
        shell.result(published_text(snapshot, there, where))
    if out is None and not publish:
        shell.result(snapshot_text(snapshot))
