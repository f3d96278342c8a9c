"""Drift as GitHub flavoured Markdown, for an issue or a job's summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.reporting.markdown_parts import (
    account_sentence,
    blocked_section,
    changed_fields,
    code,
    refused_section,
    section,
    table,
    target_lines,
    unmanaged_section,
    warnings_section,
)
from sarv_sync.reporting.rows import drift_fields, parted, users_of
from sarv_sync.reporting.summaries import drift_summary_line
from sarv_sync.reporting.unmanaged import as_drift
from sarv_sync.reporting.wording import DRIFT_WORDS, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.plan import Drift, Plan


_CHANGED = "`sarv-sync apply` puts changed values back; `sarv-sync accept NAME` writes them into the files."


def drift_markdown(plan: Plan) -> str:
    """Return what changed outside the files as Markdown, without a final newline."""
    lines = [f"### {drift_summary_line(plan).removesuffix('.')}", "", account_sentence(plan.account), ""]
    lines += target_lines(plan.targets)
    lines += refused_section(plan.refusals)
    lines += blocked_section(plan.blocked)
    lines += warnings_section(plan.warnings)
    lines += drift_section(plan.drift)
    lines += unmanaged_section(as_drift(plan.unmanaged))
    if any(entry.kind == "changed" for entry in plan.drift):
        lines += [_CHANGED]
    return "\n".join(lines).rstrip("\n")


def drift_section(drift: Sequence[Drift]) -> list[str]:
    """Return the sections on users that no longer are as they were applied."""
    changed, undelivered = parted(drift)
    return [
        *_section(f"Changed outside the files: {users_of(changed):,}", "Last applied → now", changed),
        *_section(f"Undelivered: {counted(len(undelivered), 'password')}", "What", undelivered),
    ]


def _section(title: str, header: str, drift: Sequence[Drift]) -> list[str]:
    if not drift:
        return []
    rows = [(code(entry.name), code(entry.smtp_user_name), what_moved(entry)) for entry in drift]
    return section(title, table(("Name", "SMTP user", header), rows), len(rows))


def what_moved(drift: Drift) -> str:
    """Return what happened to a user outside the files, as one cell."""
    parts = [part for part in (DRIFT_WORDS[drift.kind], changed_fields(drift_fields(drift))) if part]
    return "<br>".join(parts)
