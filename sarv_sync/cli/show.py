"""`sarv-sync show`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sarv_sync.cli.options import common, output_format, pass_shell

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell


@click.command()
@click.argument("plan_file", metavar="[PLAN]", required=False, type=click.Path(path_type=Path))
@output_format("text", "json", "markdown")
@common
@pass_shell
def command(shell: Shell, plan_file: Path | None, format_: str) -> int:
    """Print a saved plan; without one, the state."""
    from sarv_sync import workflow
    from sarv_sync.cli.plan_output import show_plan
    from sarv_sync.cli.state_output import show_state
    from sarv_sync.model.plan_document import load_plan

    if plan_file is not None:
        saved = load_plan(plan_file)
        workflow.check_saved(saved)
        show_plan(shell, saved, format_)
    else:
        show_state(shell, format_)
    return 0
