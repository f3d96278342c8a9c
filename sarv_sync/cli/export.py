"""`sarv-sync export`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sarv_sync.cli.options import common, pass_shell

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell


@click.command()
@click.option("--update", is_flag=True, help="Add the users that the files lack to them.")
@click.option("--profiles", is_flag=True, help="Take what users share out of their entries.")
@click.option(
    "--split",
    "rules",
    multiple=True,
    metavar="RULE",
    help="Several files: by a label (team), or by name ('bill*=users/billing.yaml'); may be given again.",
)
@click.option(
    "--names", metavar="CSV", help="Names, labels and descriptions for users: smtp_user_name,name and more."
)
@click.option("--out", metavar="PATH", help="Write new files: this one, or several into this folder.")
@click.option("--into", metavar="FILE", help="With --update: add to this file, which the main file includes.")
@common
@pass_shell
def command(
    shell: Shell,
    update: bool,
    profiles: bool,
    rules: tuple[str, ...],
    names: str | None,
    out: str | None,
    into: str | None,
) -> int:
    """Print or write files with every user of the account, or add to the files those that they lack."""
    from sarv_sync.cli import export_output
    from sarv_sync.cli.logs import start_logging

    start_logging(shell)
    asked = export_output.Asked(profiles, rules, names)
    if update:
        export_output.update_files(shell, asked, out, into)
    else:
        export_output.show_account(shell, asked, out, into)
    return 0
