"""`snapshot` by schedule, where the token is: what plans without it look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.action.settings import check_account_is_given
from sarv_sync.inputs import read_configuration
from sarv_sync.reporting.cutting import cut
from sarv_sync.reporting.markdown_parts import prose
from sarv_sync.reporting.snapshot_text import published_text
from sarv_sync.snapshots.opening import publish_snapshot, take_snapshot

if TYPE_CHECKING:
    from sarv_sync.action.desk import Desk
    from sarv_sync.action.report import Report


def snapshot_step(desk: Desk, report: Report) -> None:
    """List the account, and put what is no secret of it next to the state."""
    check_account_is_given(desk.inputs.environment)
    inputs, console, now = desk.inputs, desk.console, desk.world.now
    configuration = read_configuration(inputs)
    snapshot = take_snapshot(inputs, configuration, console.scrubber, console.notice, now)
    there, where = publish_snapshot(inputs, configuration, snapshot, now())
    said = published_text(snapshot, there, where)
    report.summaries.append(lambda limit: cut(f"### Snapshot\n\n{prose(said)}", limit, "see the log"))
    console.result(said)
