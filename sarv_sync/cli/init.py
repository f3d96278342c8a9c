"""`sarv-sync init`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sarv_sync.cli.options import common, pass_shell
from sarv_sync.cli.workflows import CATALOG

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell
    from sarv_sync.inputs import Inputs


@click.command()
@click.argument("directory", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--github", is_flag=True, help="Add GitHub workflows to a project that is there already, too.")
@click.option("--branch", metavar="NAME", default="main", show_default=True, help="The branch to apply.")
@click.option(
    "--workflow",
    "names",
    multiple=True,
    type=click.Choice(list(CATALOG)),
    help="Write this workflow in place of the usual ones, as --github does; may be given again.",
)
@common
@pass_shell
def command(shell: Shell, directory: Path | None, github: bool, branch: str, names: tuple[str, ...]) -> int:
    """Write a commented sarv-sync.yaml, .gitignore lines and GitHub workflows into DIR.

    No file that exists is overwritten. If DIR has a sarv-sync.yaml already, nothing is done (exit code 4); with
    --github, the workflows that it lacks are written, filled in with what the file says. Workflows go into the top
    folder of the git repository that DIR is in.
    """
    from sarv_sync.cli.init_text import init_text
    from sarv_sync.cli.scaffold import Wanted, write_project
    from sarv_sync.cli.workflows import USUAL

    wanted = Wanted(github or bool(names), branch, names or USUAL)
    shell.result(init_text(write_project(_inputs(shell, directory), wanted)))
    return 0


def _inputs(shell: Shell, directory: Path | None) -> Inputs:
    """Return where the main file is, or will be, and what else was given. The environment has no say in a file."""
    from sarv_sync.errors import InputError
    from sarv_sync.inputs import DEFAULT_CONFIG, Inputs

    if directory is not None and shell.config is not None:
        raise InputError("a folder and --config both say where the main file is", "give one of them")
    named = shell.config or shell.inputs().setting("SARV_SYNC_CONFIG") or DEFAULT_CONFIG
    path = Path(named) if directory is None else directory / DEFAULT_CONFIG
    if directory is None and path.is_dir():
        raise InputError(f"{named} is a folder", "give it without --config: sarv-sync init DIR")
    return Inputs(path.name, shell.endpoint, {}, path.parent, shell.state_options)
