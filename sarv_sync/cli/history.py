"""`sarv-sync history`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sarv_sync.cli.options import common, labels, output_format, pass_shell

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell


@click.command()
@click.argument("run", metavar="[RUN]", required=False)
@output_format("text", "json")
@click.option("--limit", type=click.IntRange(1), default=10, show_default=True, help="Show so many runs.")
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="NAME",
    help="Only what was done to this user, or to such; repeatable.",
)
@labels
@common
@pass_shell
def command(
    shell: Shell, run: str | None, format_: str, limit: int, targets: tuple[str, ...], labels: tuple[str, ...]
) -> int:
    """Show the last applies; with RUN, the beginning of an id, all that one of them did."""
    from sarv_sync.cli.history_output import show_history, show_run
    from sarv_sync.model.selection import read_selection

    wanted = read_selection(targets, labels)
    if run is None:
        show_history(shell, wanted, limit, format_)
    else:
        show_run(shell, run, wanted, format_)
    return 0
