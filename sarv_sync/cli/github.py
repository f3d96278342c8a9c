"""`sarv-sync github`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sarv_sync.cli.options import pass_shell

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell


@click.command()
@pass_shell
def command(shell: Shell) -> int:
    """Run one command as a step of a GitHub Actions job.

    This is what the Action calls. Its inputs come in variables SARV_SYNC_ACTION_…; action.yml describes each.
    """
    import os
    from pathlib import Path

    from sarv_sync.action.step import Surroundings, run_step
    from sarv_sync.cli.borrowed import Borrowed
    from sarv_sync.cli.logs import start_logging
    from sarv_sync.cli.world import real_world

    if os.environ.get("RUNNER_DEBUG") == "1":  # "Enable debug logging" of a re-run
        shell.verbosity = 2
    start_logging(shell)
    return run_step(Surroundings(os.environ, Path.cwd(), shell, Borrowed(shell), real_world()))
