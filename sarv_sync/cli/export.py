"""`sarv-sync export`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sarv_sync.cli.options import common, pass_shell

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell


@click.command()
@click.option("--update", is_flag=True, help="Add the users that the files lack to the main file.")
@common
@pass_shell
def command(shell: Shell, update: bool) -> int:
    """Print a file with every user of the account, or add to the files those that they lack."""
    from sarv_sync.cli.export_output import show_account, update_file
    from sarv_sync.cli.logs import start_logging

    start_logging(shell)
    if update:
        update_file(shell)
    else:
        show_account(shell)
    return 0
