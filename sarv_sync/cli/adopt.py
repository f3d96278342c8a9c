"""`sarv-sync adopt`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sarv_sync.cli.options import common, output_format, pass_shell

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell


@click.command()
@click.argument("name", metavar="NAME")
@click.argument("smtp_user_name", metavar="SMTP_USER_NAME")
@output_format("text", "json")
@common
@pass_shell
def command(shell: Shell, name: str, smtp_user_name: str, format_: str) -> int:
    """Write into the entry NAME that it has the user SMTP_USER_NAME of the account.

    The entry has to be there. Account and state stay as they are: plan and apply come next.
    """
    from sarv_sync import adopt_workflow
    from sarv_sync.cli.adopt_output import show_adoption
    from sarv_sync.cli.logs import start_logging
    from sarv_sync.inputs import read_configuration
    from sarv_sync.wiring import open_project

    start_logging(shell)
    inputs = shell.inputs()
    project = open_project(inputs, read_configuration(inputs), shell.scrubber, shell.notice)
    prepared = adopt_workflow.prepare(project, inputs.directory, name, smtp_user_name)
    adopt_workflow.carry_out(prepared)
    show_adoption(shell, project.account, prepared.adoption, format_)
    return 0
