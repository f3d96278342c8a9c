"""A plan as text: what a reviewer reads before saying yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.visible import printable
from sarv_sync.reporting.deliveries_text import delivery_lines
from sarv_sync.reporting.drift_text import drift_lines
from sarv_sync.reporting.errors_text import warning_lines
from sarv_sync.reporting.field_text import change_lines
from sarv_sync.reporting.layout import finish, pad, wrapped
from sarv_sync.reporting.new_users_text import new_user_lines
from sarv_sync.reporting.rows import groups_of
from sarv_sync.reporting.summaries import summary_line
from sarv_sync.reporting.text_parts import (
    SYMBOLS,
    account_words,
    blocked_lines,
    columns,
    entry_lines,
    heading,
    limited_words,
    name_cell,
    refusal_lines,
    unmanaged_lines,
    user_cell,
)

if TYPE_CHECKING:
    from sarv_sync.model.plan import Plan
    from sarv_sync.reporting.rows import Group
    from sarv_sync.reporting.style import Style


def plan_text(plan: Plan, style: Style) -> str:
    """Return `plan` in words, without a final newline.

    The changes come by action, then what needs attention, most urgent last, since a terminal shows the end. The
    last two lines are the summary and the digest.
    """
    lines = [line for group in groups_of(plan) for line in group_lines(group, style)]
    lines += finding_lines(plan, style)
    if lines:
        lines = [*_title(plan, style), *lines, ""]
    summary = style.paint("strong", summary_line(plan))
    return finish([*lines, summary, style.paint("faint", f"digest {printable(plan.digest)}")])


def finding_lines(plan: Plan, style: Style) -> list[str]:
    """Return everything that is no change."""
    return [
        *drift_lines(style, plan.drift),
        *unmanaged_lines(style, plan.unmanaged),
        *warning_lines(style, plan.warnings),
        *blocked_lines(style, plan.blocked),
        *refusal_lines(style, plan.refusals),
    ]


def _title(plan: Plan, style: Style) -> list[str]:
    return wrapped(f"Plan for {account_words(plan.account)}{limited_words(plan.targets)}", style.room)


def group_lines(group: Group, style: Style) -> list[str]:
    """Return the changes of one action."""
    special = {"create": new_user_lines, "deliver": delivery_lines}
    lines_of = special.get(group.action, _changed_user_lines)
    return [*heading(style, group.title, group.remark), *lines_of(group, style)]


def _changed_user_lines(group: Group, style: Style) -> list[str]:
    symbol, role = SYMBOLS[group.action]
    names = [name_cell(row.name) for row in group.rows]
    users = [user_cell(row.smtp_user_name) for row in group.rows]
    name_width, user_width = columns(names, users)
    lines = []
    for row, name, user in zip(group.rows, names, users, strict=True):
        identity = [pad(name, name_width), pad(user, user_width)]
        lines += entry_lines(style, symbol, role, identity, [printable(row.place or ""), printable(row.note)])
        lines += change_lines(row.fields, style)
    return lines
