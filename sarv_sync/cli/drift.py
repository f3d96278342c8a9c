"""`sarv-sync drift`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sarv_sync.cli.options import common, output_format, pass_shell

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell


@click.command()
@output_format("text", "json", "markdown")
@common
@pass_shell
def command(shell: Shell, format_: str) -> int:
    """Show what changed outside the files. Exits with 2 if something did."""
    from sarv_sync import workflow
    from sarv_sync.cli.drift_output import show_drift
    from sarv_sync.cli.logs import start_logging
    from sarv_sync.inputs import read_configuration
    from sarv_sync.wiring import open_project

    start_logging(shell)
    inputs = shell.inputs()
    plan = workflow.plan(open_project(inputs, read_configuration(inputs), shell.scrubber, shell.notice))
    show_drift(shell, plan, format_)
    return workflow.drift_exit_code(plan)
