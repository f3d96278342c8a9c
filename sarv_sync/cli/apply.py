"""`sarv-sync apply`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sarv_sync.cli.options import allow, applying, common, full, limiting, output_format, pass_shell

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell


@click.command()
@click.argument("plan_file", metavar="[PLAN]", required=False, type=click.Path(path_type=Path))
@output_format("text", "json")
@full
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@click.option("--approved", type=click.Path(path_type=Path), metavar="FILE", help="A saved plan that was reviewed.")
@applying
@limiting
@allow
@common
@pass_shell
def command(
    shell: Shell, plan_file: Path | None, format_: str, full: bool, auto_approve: bool, approved: Path | None,
    expect_digest: str | None, parallelism: int, lock_timeout: str, targets: tuple[str, ...], labels: tuple[str, ...],
    allow: tuple[str, ...],
) -> int:  # fmt: skip
    """Make the account as the files want it. With PLAN, only what that saved plan holds."""
    from sarv_sync import apply_workflow
    from sarv_sync.cli.approving import approval_for, reviewed_plan
    from sarv_sync.cli.logs import start_logging
    from sarv_sync.cli.running import run_apply, show_outcome
    from sarv_sync.inputs import read_configuration, read_patience
    from sarv_sync.model.selection import limited_to, read_selection

    start_logging(shell)
    inputs, patience, wanted = shell.inputs(), read_patience(lock_timeout), read_selection(targets, labels)
    reviewed = reviewed_plan(plan_file, approved, wanted)
    configuration = read_configuration(inputs, allow)
    approval = approval_for(shell, format_, reviewed, expect_digest, auto_approve, full=full)
    chosen = reviewed.targets if reviewed else limited_to(configuration, wanted)
    execution = run_apply(shell, inputs, configuration, approval, chosen, parallelism, patience)
    show_outcome(shell, execution.outcome, format_)
    return apply_workflow.exit_code(execution)
