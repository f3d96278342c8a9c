"""A plan as GitHub flavoured Markdown, for a job's summary or a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.reporting.change_markdown import group_section
from sarv_sync.reporting.drift_markdown import drift_section
from sarv_sync.reporting.markdown_parts import (
    account_sentence,
    blocked_section,
    code,
    refused_section,
    target_lines,
    unmanaged_section,
    warnings_section,
)
from sarv_sync.reporting.rows import groups_of
from sarv_sync.reporting.summaries import rest_counts, summary_line, todo_words

if TYPE_CHECKING:
    from sarv_sync.model.plan import Plan


def plan_markdown(plan: Plan) -> str:
    """Return `plan` as Markdown, without a final newline: what needs a decision first, the digest at the end."""
    lines = [f"### {_title(plan)}", ""]
    if plan.pending or plan.drift:
        lines += [f"{', '.join(rest_counts(plan))}."]
    lines += [account_sentence(plan.account), ""]
    lines += target_lines(plan.targets)
    lines += refused_section(plan.refusals)
    lines += blocked_section(plan.blocked)
    lines += warnings_section(plan.warnings)
    lines += [line for group in groups_of(plan) for line in group_section(group)]
    lines += drift_section(plan.drift)
    lines += unmanaged_section(plan.unmanaged)
    return "\n".join([*lines, f"Digest {code(plan.digest)}"])


def _title(plan: Plan) -> str:
    if plan.pending or (plan.drift and plan.rotation is None):
        return f"Plan: {todo_words(plan)}{' (refused)' if plan.refusals else ''}"
    return summary_line(plan).removesuffix(".")
