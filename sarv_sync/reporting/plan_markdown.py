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
    from collections.abc import Iterator

    from sarv_sync.model.plan import Plan


def plan_markdown(plan: Plan) -> str:
    """Return `plan` as Markdown, without a final newline: what needs a decision first, the digest at the end."""
    return "\n".join(plan_markdown_lines(plan))


def plan_markdown_lines(plan: Plan) -> Iterator[str]:
    """Yield the lines of `plan_markdown`."""
    yield from (f"### {_title(plan)}", "")
    if plan.pending or plan.drift:
        yield f"{', '.join(rest_counts(plan))}."
    yield from (account_sentence(plan.account), "")
    yield from target_lines(plan.targets)
    yield from refused_section(plan.refusals)
    yield from blocked_section(plan.blocked)
    yield from warnings_section(plan.warnings)
    for group in groups_of(plan):
        yield from group_section(group)
    yield from drift_section(plan.drift)
    yield from unmanaged_section(plan.unmanaged)
    yield f"Digest {code(plan.digest)}"


def _title(plan: Plan) -> str:
    if plan.pending or (plan.drift and plan.rotation is None):
        return f"Plan: {todo_words(plan)}{' (refused)' if plan.refusals else ''}"
    return summary_line(plan).removesuffix(".")
