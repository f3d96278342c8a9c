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
@click.option("--github", is_flag=True, help="Add GitHub workflows to a project that is there already, too.")
@click.option("--branch", metavar="NAME", default="main", show_default=True, help="The branch to apply.")
@common
@pass_shell
def command(shell: Shell, directory: Path, github: bool, branch: str) -> int:
    """Write a commented sarv-sync.yaml, .gitignore lines and GitHub workflows into DIR.

    No file that exists is overwritten. If DIR has a sarv-sync.yaml already, nothing is done (exit code 4); with
    --github, the workflows that it lacks are written, filled in with what the file says.
    """
    from sarv_sync.cli.init_text import init_text
    from sarv_sync.cli.scaffold import write_project

    shell.result(init_text(write_project(directory, github=github, branch=branch)))
    return 0
