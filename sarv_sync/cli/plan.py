"""`sarv-sync plan`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sarv_sync.cli.options import allow, common, full, limiting, output_format, pass_shell

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell


@click.command()
@output_format("text", "json", "markdown")
@full
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Save the plan here, for apply.")
@click.option(
    "--snapshot",
    metavar="FILE|state",
    help="Compare with a snapshot of the account (state: the published one); needs no token.",
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 if changes are pending.")
@limiting
@allow
@common
@pass_shell
def command(
    shell: Shell,
    format_: str,
    full: bool,
    out: Path | None,
    snapshot: str | None,
    detailed_exitcode: bool,
    targets: tuple[str, ...],
    labels: tuple[str, ...],
    allow: tuple[str, ...],
) -> int:
    """Show what apply would do. Changes nothing, neither in the account nor in the state."""
    from sarv_sync.cli.logs import start_logging
    from sarv_sync.cli.plan_output import save_plan, show_plan
    from sarv_sync.cli.planning import make_plan
    from sarv_sync.errors import EXIT_CHANGES, EXIT_DONE
    from sarv_sync.model.selection import read_selection

    start_logging(shell)
    plan = make_plan(shell, allow, read_selection(targets, labels), snapshot)
    if out is not None:
        save_plan(plan, out)
    show_plan(shell, plan, format_, full=full)
    return EXIT_CHANGES if detailed_exitcode and plan.pending else EXIT_DONE
