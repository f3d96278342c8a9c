"""`sarv-sync show`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sarv_sync.cli.options import common, full, limiting, output_format, pass_shell

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell


@click.command()
@click.argument("plan_file", metavar="[PLAN]", required=False, type=click.Path(path_type=Path))
@output_format("text", "json", "markdown")
@full
@limiting
@common
@pass_shell
def command(
    shell: Shell, plan_file: Path | None, format_: str, full: bool, targets: tuple[str, ...], labels: tuple[str, ...]
) -> int:
    """Print a saved plan; without one, the state."""
    from sarv_sync import apply_workflow
    from sarv_sync.cli.plan_output import show_plan, show_plan_part
    from sarv_sync.cli.state_output import show_state
    from sarv_sync.model.plan_document import load_plan
    from sarv_sync.model.selection import read_selection

    wanted = read_selection(targets, labels)
    if plan_file is None:
        show_state(shell, format_, wanted)
        return 0
    saved = load_plan(plan_file)
    apply_workflow.check_saved(saved)
    if wanted:
        show_plan_part(shell, saved, format_, wanted, full=full)
    else:
        show_plan(shell, saved, format_, full=full)
    return 0
