"""Showing an account as a file, and adding to a file what it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync import export_workflow
from sarv_sync.inputs import read_any_configuration, read_configuration
from sarv_sync.reporting.export_text import added_text, lacking_faults
from sarv_sync.reporting.wording import counted
from sarv_sync.wiring import open_project

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell
    from sarv_sync.model.export import Export


def show_account(shell: Shell) -> None:
    """Print a whole file."""
    inputs = shell.inputs()
    project = open_project(inputs, read_any_configuration(inputs), shell.scrubber, shell.notice)
    shell.complain(project.configuration.warnings, "warning")
    export = export_workflow.whole_account(project)
    _remark(shell, export)
    shell.result(export_workflow.as_file(project, export))


def update_file(shell: Shell) -> None:
    """Add to the main file the users that the files lack, and say which."""
    inputs = shell.inputs()
    project = open_project(inputs, read_configuration(inputs), shell.scrubber, shell.notice)
    shell.complain(project.configuration.warnings, "warning")
    lacking = export_workflow.lacking(project)
    _remark(shell, lacking.export)
    if lacking.export.users:
        export_workflow.add_to_file(project, inputs.directory, lacking.export.users)
    shell.result(added_text(lacking.export.users, project.configuration.file, shell.style()))
    shell.complain(lacking_faults(lacking.entries, lacking.alike), "warning")


def _remark(shell: Shell, export: Export) -> None:
    shell.complain(export.warnings, "warning")
    if export.retired:
        shell.notice(f"left out: {counted(export.retired, 'retired user')}, which no entry wants any more")
