"""`sarv-sync explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sarv_sync.cli.options import common, output_format, pass_shell

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell


@click.command()
@click.argument("name")
@output_format("text", "json")
@common
@pass_shell
def command(shell: Shell, name: str, format_: str) -> int:
    """Show all about one user: where its values come from, and what apply would do. Changes nothing.

    NAME is one of the files or of the state, or the provider's own.
    """
    from sarv_sync.cli.explain_output import show_explanation
    from sarv_sync.cli.logs import start_logging
    from sarv_sync.explain_workflow import explanation
    from sarv_sync.inputs import read_configuration
    from sarv_sync.wiring import open_project

    start_logging(shell)
    inputs = shell.inputs()
    project = open_project(inputs, read_configuration(inputs), shell.scrubber, shell.notice)
    show_explanation(shell, explanation(project, name, inputs.directory), format_)
    return 0
