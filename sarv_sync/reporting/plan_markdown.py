"""A plan as GitHub flavoured Markdown, for a comment under a pull request or a job's summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.reporting.drift_markdown import drift_section
from sarv_sync.reporting.markdown_parts import (
    account_sentence,
    blocked_section,
    changed_fields,
    code,
    prose,
    refused_section,
    section,
    table,
    unmanaged_section,
    warnings_section,
)
from sarv_sync.reporting.rows import groups_of
from sarv_sync.reporting.summaries import rest_counts, summary_line, todo_words

if TYPE_CHECKING:
    from sarv_sync.model.plan import Plan
    from sarv_sync.reporting.rows import ChangeRow, Group


def plan_markdown(plan: Plan) -> str:
    """Return `plan` as Markdown, without a final newline: what needs a decision first, the digest at the end."""
    lines = [f"### {_title(plan)}", ""]
    if plan.pending or plan.drift:
        lines += [f"{', '.join(rest_counts(plan))}."]
    lines += [account_sentence(plan.account), ""]
    if plan.targets:
        lines += [f"Limited to {', '.join(map(code, plan.targets))}.", ""]
    lines += refused_section(plan.refusals)
    lines += blocked_section(plan.blocked)
    lines += warnings_section(plan.warnings)
    lines += [line for group in groups_of(plan) for line in _group(group)]
    lines += drift_section(plan.drift)
    lines += unmanaged_section(plan.unmanaged)
    return "\n".join([*lines, f"Digest {code(plan.digest)}"])


def _title(plan: Plan) -> str:
    if plan.pending or plan.drift:
        return f"Plan: {todo_words(plan)}{' (refused)' if plan.refusals else ''}"
    return summary_line(plan).removesuffix(".")


def _group(group: Group) -> list[str]:
    title = f"{group.title} ({group.remark})" if group.remark else group.title
    body = _new_users(group) if group.action == "create" else _changes(group)
    return section(title, body, len(group.rows))


def _new_users(group: Group) -> list[str]:
    header = ("Name", "Total limit>", "Hourly limit>", "Status", "From")
    rows = [(_name(row), *_values(row), _place(row)) for row in group.rows]
    return table(header, rows)


def _values(row: ChangeRow) -> tuple[str, str, str]:
    after = {field.field: prose(field.after) for field in row.fields}
    return after.get("total_limit", ""), after.get("hourly_limit", ""), after.get("status", "")


def _changes(group: Group) -> list[str]:
    with_fields = any(row.fields for row in group.rows)
    header = ("Name", "SMTP user", *(["Change"] if with_fields else []), "From")
    rows = [
        (
            _name(row),
            code(row.smtp_user_name or ""),
            *([changed_fields(row.fields)] if with_fields else []),
            _place(row),
        )
        for row in group.rows
    ]
    return table(header, rows)


def _name(row: ChangeRow) -> str:
    return f"{code(row.name)}<br>{prose(row.note)}" if row.note else code(row.name)


def _place(row: ChangeRow) -> str:
    return code(row.place or "")
