"""Showing and saving a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync import __version__
from sarv_sync.errors import InputError, SarvSyncError
from sarv_sync.model.plan_document import streamed_document

if TYPE_CHECKING:
    from pathlib import Path

    from sarv_sync.cli.shell import Shell
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.selection import Selection


def show_plan(shell: Shell, plan: Plan, format_: str, *, full: bool) -> None:
    """Print `plan` as a result; as text, one that is long is summed up unless it is wanted in `full`."""
    match format_:
        case "json":
            shell.result_json(streamed_document(plan, __version__))
        case "markdown":
            from sarv_sync.reporting.plan_markdown import plan_markdown_lines

            shell.result_lines(plan_markdown_lines(plan))
        case _:
            from sarv_sync.reporting.extent import extent_of
            from sarv_sync.reporting.plan_text import plan_lines

            shell.result_lines(plan_lines(plan, shell.style(), extent_of(plan, full=full)))


def show_plan_part(shell: Shell, plan: Plan, format_: str, wanted: Selection, *, full: bool) -> None:
    """Print what `plan` has about the users that are `wanted`. Raises `InputError` where that could mislead."""
    if format_ != "text":
        hint = "leave out --target and --label, or use --format text"
        raise InputError(f"a part of a plan in {format_} would pass for the whole", hint)
    from sarv_sync.cli.parts import names_meant
    from sarv_sync.model.part import names_of_plan, part_of_plan
    from sarv_sync.reporting.extent import extent_of
    from sarv_sync.reporting.plan_part_text import plan_part_lines

    names = names_meant(shell, wanted, names_of_plan(plan), "user of the plan")
    part = part_of_plan(plan, names)
    extent = extent_of(part, full=full)
    shell.result_lines(plan_part_lines(plan, part, sorted(names), shell.style(), extent))


def save_plan(plan: Plan, path: Path) -> None:
    """Write the plan's JSON document to `path`; raise `SarvSyncError` if that cannot be done."""
    from sarv_sync.reporting.json_text import json_pieces

    try:
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json_pieces(streamed_document(plan, __version__)))
            file.write("\n")
    except OSError as error:
        reason = error.strerror
    else:
        return
    raise SarvSyncError(f"cannot save the plan to {path}: {reason}", "check the folder and its permissions")
