"""Telling the job: annotations in its log, outputs, and the summary."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.github.commands import annotation_lines
from sarv_sync.github.environment_files import append_summary, room, write_outputs
from sarv_sync.reporting.summary_markdown import failure_markdown

if TYPE_CHECKING:
    from sarv_sync.action.report import Report
    from sarv_sync.action.step import Surroundings


def publish(report: Report, around: Surroundings) -> None:
    """Print and write what `report` holds. Raises `InputError` for a file of the runner that cannot be written."""
    _annotate(report, around)
    if path := around.environment.get("GITHUB_OUTPUT"):
        write_outputs(path, report.finished_outputs())
    if path := around.environment.get("GITHUB_STEP_SUMMARY"):
        _summarize(path, report, around)


def _annotate(report: Report, around: Surroundings) -> None:
    console = around.console
    workspace = Path(around.environment.get("GITHUB_WORKSPACE") or around.directory)
    console.complain(report.warnings, "warning")
    console.complain(report.faults)
    warnings = console.scrubbed([*report.warnings, *report.shown_warnings])
    faults = console.scrubbed([*report.faults, *report.shown])
    lines = [
        *annotation_lines("warning", warnings, workspace, around.directory),
        *annotation_lines("error", faults, workspace, around.directory),
    ]
    if lines:
        console.result("\n".join(lines))


def _summarize(path: str, report: Report, around: Surroundings) -> None:
    """Write what went wrong first: nobody should have to look for it below a long plan."""
    if report.faults:
        title = f"sarv-sync failed: {report.reason}, exit code {report.exit_code}"
        append_summary(path, failure_markdown(around.console.scrubbed(report.faults), title, room(path)) + "\n\n")
    for text in report.summaries:
        append_summary(path, text(room(path)) + "\n\n")
