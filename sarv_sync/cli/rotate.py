"""`sarv-sync rotate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sarv_sync.cli.options import allowing, applying, common, full, output_format, pass_shell
from sarv_sync.cli.rotation_options import choosing

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell


@click.command()
@choosing
@output_format("text", "json")
@full
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@applying
@allowing("max_rotations=50")
@common
@pass_shell
def command(
    shell: Shell, names: tuple[str, ...], everybody: bool, due: bool, older_than: str | None, labels: tuple[str, ...],
    format_: str, full: bool, auto_approve: bool, expect_digest: str | None, parallelism: int, lock_timeout: str,
    allow: tuple[str, ...],
) -> int:  # fmt: skip
    """Change passwords and deliver the new ones; leave everything else that is pending.

    Every condition that is given narrows the choice.
    """
    from sarv_sync import apply_workflow
    from sarv_sync.cli.approving import REVIEW_ROTATION, approval_for
    from sarv_sync.cli.logs import start_logging
    from sarv_sync.cli.rotation_options import read_rotation
    from sarv_sync.cli.running import run_apply, show_outcome
    from sarv_sync.inputs import read_configuration, read_patience
    from sarv_sync.model.rotation import resolved

    start_logging(shell)
    rotation = read_rotation(names, everybody, due, older_than, labels)
    inputs, patience = shell.inputs(), read_patience(lock_timeout)
    configuration = read_configuration(inputs, allow)
    rotation = resolved(rotation, configuration)
    approval = approval_for(shell, format_, None, expect_digest, auto_approve, REVIEW_ROTATION, full=full)
    execution = run_apply(shell, inputs, configuration, approval, (), parallelism, patience, rotation)
    show_outcome(shell, execution.outcome, format_)
    return apply_workflow.exit_code(execution)
