"""Showing and saving a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync import __version__
from sarv_sync.errors import SarvSyncError
from sarv_sync.model.plan_document import to_document

if TYPE_CHECKING:
    from pathlib import Path

    from sarv_sync.cli.shell import Shell
    from sarv_sync.model.plan import Plan


def show_plan(shell: Shell, plan: Plan, format_: str) -> None:
    """Print `plan` as a result."""
    match format_:
        case "json":
            shell.result_json(to_document(plan, __version__))
        case "markdown":
            from sarv_sync.reporting.plan_markdown import plan_markdown

            shell.result(plan_markdown(plan))
        case _:
            from sarv_sync.reporting.plan_text import plan_text

            shell.result(plan_text(plan, shell.style()))


def save_plan(plan: Plan, path: Path) -> None:
    """Write the plan's JSON document to `path`; raise `SarvSyncError` if that cannot be done."""
    from sarv_sync.reporting.json_text import json_text

    try:
        path.write_text(json_text(to_document(plan, __version__)) + "\n", encoding="utf-8")
    except OSError as error:
        reason = error.strerror
    else:
        return
    raise SarvSyncError(f"cannot save the plan to {path}: {reason}", "check the folder and its permissions")
