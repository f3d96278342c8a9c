"""Showing an account as files, writing them, and adding to files what they lack."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sarv_sync import export_workflow
from sarv_sync.errors import InputError
from sarv_sync.export_workflow import Wanted
from sarv_sync.inputs import read_any_configuration, read_configuration
from sarv_sync.model.export import NO_CHOICES
from sarv_sync.reporting.export_text import added_text, lacking_faults, left_out_lines, written_text
from sarv_sync.wiring import open_project

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell
    from sarv_sync.inputs import Inputs
    from sarv_sync.model.configuration import Configuration


class Asked(NamedTuple):
    """What was asked for: profiles, rules that split, and the path of a list of names."""

    profiles: bool
    rules: tuple[str, ...]
    names: str | None

    def wanted(self, inputs: Inputs, configuration: Configuration) -> Wanted:
        """Return what it means. Raises `InputError` for a wrong rule and a wrong list."""
        choices = NO_CHOICES if self.names is None else export_workflow.choices_of(self.names, inputs.directory)
        return Wanted(self.profiles, export_workflow.rules_of(self.rules, configuration), choices)


def show_account(shell: Shell, asked: Asked, out: str | None, into: str | None) -> None:
    """Print one whole file, or write it and others to `out`."""
    _check_together(asked, out, into)
    inputs = shell.inputs()
    configuration = read_any_configuration(inputs)
    wanted = asked.wanted(inputs, configuration)
    target = None if out is None else export_workflow.target_of(out, inputs.directory, configuration, wanted)
    project = open_project(inputs, configuration, shell.scrubber, shell.notice)
    shell.complain(configuration.warnings, "warning")
    export = export_workflow.whole_account(project, wanted)
    layout = export_workflow.lay_out(project, export, wanted)
    shell.complain((*export.warnings, *export_workflow.unused_rules(export.users, wanted)), "warning")
    for line in left_out_lines(export, configuration.file, export_workflow.settings_left_out(configuration)):
        shell.notice(line)
    if target is None:
        shell.result(export_workflow.as_file(project, layout))
        return
    export_workflow.write_files(project, layout, target)
    shell.result(written_text(layout, target.shown, target.main, shell.style()))


def update_files(shell: Shell, asked: Asked, out: str | None, into: str | None) -> None:
    """Add to the files the users that they lack, and say which."""
    if out is not None:
        raise InputError("--out is for new files, and --update adds to those that exist", "give one of the two")
    inputs = shell.inputs()
    configuration = read_configuration(inputs)
    wanted = asked.wanted(inputs, configuration)
    if into is not None:
        export_workflow.check_included(into, inputs.directory, configuration)
    project = open_project(inputs, configuration, shell.scrubber, shell.notice)
    shell.complain(configuration.warnings, "warning")
    lacking = export_workflow.lacking(project, wanted)
    idle = export_workflow.unused_rules(lacking.export.users, wanted, configuration)
    shell.complain((*lacking.export.warnings, *idle), "warning")
    for line in left_out_lines(lacking.export, configuration.file, (), update=True):
        shell.notice(line)
    groups = export_workflow.places_for(project, inputs.directory, lacking.export.users, wanted, into)
    if groups:
        export_workflow.add_users(project, inputs.directory, groups)
    shell.result(added_text(groups, configuration.file, shell.style()))
    shell.complain(lacking_faults(lacking.entries, lacking.alike), "warning")


def _check_together(asked: Asked, out: str | None, into: str | None) -> None:
    if into is not None:
        raise InputError("--into says which file --update adds to", "give --update too, or --out for new files")
    if asked.rules and out is None:
        raise InputError("--split makes several files, so they cannot be printed", "name a folder: --out DIR")
