"""`sarv-sync demo`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sarv_sync.cli.options import common, pass_shell

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell


@click.command()
@click.option("--keep", is_flag=True, help="Keep the folder, and say how to go on in it.")
@common
@pass_shell
def command(shell: Shell, keep: bool) -> int:
    """Take the whole tour in a temporary folder, against the sandbox. Nothing else is touched."""
    from sarv_sync.cli.demo_output import farewell, show
    from sarv_sync.demo.stage import stage
    from sarv_sync.demo.tour import take

    with stage(keep=keep, color=shell.style().color) as place:
        for kind, text in take(place):
            show(shell, kind, text)
        shell.result(farewell(place, keep=keep))
    return 0
