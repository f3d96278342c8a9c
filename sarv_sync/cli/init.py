"""`sarv-sync init`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sarv_sync.cli.options import common, pass_shell

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell


@click.command()
@click.argument("directory", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@common
@pass_shell
def command(shell: Shell, directory: Path) -> int:
    """Write a commented sarv-sync.yaml, .gitignore lines and example workflows into DIR.

    No file that exists is overwritten. If DIR has a sarv-sync.yaml already, nothing is done (exit code 4).
    """
    from sarv_sync.cli.init_text import init_text
    from sarv_sync.cli.scaffold import write_project

    shell.result(init_text(write_project(directory)))
    return 0
