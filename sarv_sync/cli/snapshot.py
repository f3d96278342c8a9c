"""`sarv-sync snapshot`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sarv_sync.cli.options import common, pass_shell

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell


@click.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it into this file.")
@click.option("--publish", is_flag=True, help="Put it next to the state, for plan --snapshot state.")
@click.option(
    "--new-key",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Make a key instead: the private one goes into this new file, the public one is printed.",
)
@common
@pass_shell
def command(shell: Shell, out: Path | None, publish: bool, new_key: Path | None) -> int:
    """Write a listing of the account without its passwords, for plans that have no token.

    It is signed if SARV_SNAPSHOT_KEY or SARV_SNAPSHOT_KEY_FILE is set.
    """
    from sarv_sync.cli.logs import start_logging
    from sarv_sync.cli.snapshot_output import write_snapshot
    from sarv_sync.errors import InputError
    from sarv_sync.snapshots.files import make_key

    start_logging(shell)
    if new_key is None:
        write_snapshot(shell, out, publish=publish)
        return 0
    if out is not None or publish:
        raise InputError("--new-key makes a key and nothing else", "leave out --out and --publish")
    shell.result(make_key(new_key))
    return 0
