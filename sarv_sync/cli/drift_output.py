"""Showing drift."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell
    from sarv_sync.model.plan import Plan


def show_drift(shell: Shell, plan: Plan, format_: str, *, full: bool) -> None:
    """Print what `plan` found to have changed outside the files."""
    match format_:
        case "json":
            from sarv_sync.reporting.drift_document import drift_document

            shell.result_json(drift_document(plan))
        case "markdown":
            from sarv_sync.reporting.drift_markdown import drift_markdown

            shell.result(drift_markdown(plan))
        case _:
            from sarv_sync.reporting.drift_text import drift_report_lines
            from sarv_sync.reporting.extent import extent_of

            shell.result_lines(drift_report_lines(plan, shell.style(), extent_of(plan, full=full)))
