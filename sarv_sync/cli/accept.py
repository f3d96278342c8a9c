"""`sarv-sync accept`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sarv_sync.cli.options import common, labels, output_format, pass_shell

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--all", "everybody", is_flag=True, help="Every user that drifted.")
@labels
@click.option("--profiles", "into_profiles", is_flag=True, help="Write into a profile what all its users show.")
@click.option("--dry-run", is_flag=True, help="Print a unified diff, and write nothing.")
@output_format("text", "json")
@common
@pass_shell
def command(
    shell: Shell, names: tuple[str, ...], everybody: bool, labels: tuple[str, ...], into_profiles: bool,
    dry_run: bool, format_: str,
) -> int:  # fmt: skip
    """Write into the files what somebody changed in the account.

    NAME is a name of the files, or a pattern of names. What only the files changed stays as it is; so do account and
    state.
    """
    from sarv_sync import accept_workflow
    from sarv_sync.cli.accept_output import check_choice, show_acceptance
    from sarv_sync.cli.logs import start_logging
    from sarv_sync.inputs import read_configuration
    from sarv_sync.model.selection import read_labels
    from sarv_sync.wiring import open_project

    start_logging(shell)
    check_choice(names, everybody, labels)
    inputs, wanted = shell.inputs(), read_labels(labels)
    configuration = read_configuration(inputs)
    project = open_project(inputs, configuration, shell.scrubber, shell.notice)
    found = accept_workflow.look(
        project, configuration.file, inputs.directory, names, labels=wanted, into_profiles=into_profiles
    )
    if not dry_run:
        found = accept_workflow.carry_out(found)
    show_acceptance(shell, project.account, found, format_, written=bool(found.edits) and not dry_run)
    return accept_workflow.exit_code(found)
