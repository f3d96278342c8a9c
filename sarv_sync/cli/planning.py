"""Making a plan from the command line: of the account, or of a snapshot of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync import workflow
from sarv_sync.inputs import read_configuration
from sarv_sync.model.selection import limited_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.cli.shell import Shell
    from sarv_sync.inputs import Inputs
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.selection import Selection


def make_plan(shell: Shell, allow: Sequence[str], wanted: Selection, snapshot: str | None) -> Plan:
    """Compare files, state and account, or `snapshot` (a file, or `state`) in place of the account."""
    inputs = shell.inputs()
    configuration = read_configuration(inputs, allow)
    targets = limited_to(configuration, wanted)
    if snapshot is not None:
        return _of_snapshot(shell, inputs, configuration, targets, snapshot)
    from sarv_sync.wiring import open_project

    return workflow.plan(open_project(inputs, configuration, shell.scrubber, shell.notice), targets)


def _of_snapshot(
    shell: Shell, inputs: Inputs, configuration: Configuration, targets: Sequence[str], where: str
) -> Plan:
    from datetime import datetime, timezone

    from sarv_sync.snapshots.opening import plan_from_snapshot

    plan, age = plan_from_snapshot(inputs, configuration, where, targets, datetime.now(timezone.utc))
    shell.notice(f"compared with a snapshot of the account that is {age} old")
    return plan
