"""Drift as text: what an engineer on call reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.reporting.errors_text import warning_lines
from sarv_sync.reporting.field_text import change_lines
from sarv_sync.reporting.layout import finish, pad, wrapped
from sarv_sync.reporting.rows import drift_fields, parted, users_of
from sarv_sync.reporting.summaries import drift_summary_line
from sarv_sync.reporting.text_parts import (
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
from sarv_sync.reporting.unmanaged import as_drift
from sarv_sync.reporting.wording import DRIFT_WORDS, PASSWORD_KINDS, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.plan import Drift, Plan
    from sarv_sync.reporting.style import Style


_CHANGED = (
    "apply puts changed values back; to keep them, `sarv-sync accept NAME` writes them into the files, and "
    "ignore_changes leaves them to the account"
)


def drift_text(plan: Plan, style: Style) -> str:
    """Return what changed outside the files, without a final newline; the last line sums it up."""
    lines = drift_lines(style, plan.drift)
    lines += unmanaged_lines(style, as_drift(plan.unmanaged))
    lines += warning_lines(style, plan.warnings)
    lines += blocked_lines(style, plan.blocked)
    lines += refusal_lines(style, plan.refusals)
    if lines:
        lines += _what_now(plan, style)
        title = f"Drift of {account_words(plan.account)}{limited_words(plan.targets)}"
        lines = [*wrapped(title, style.room), *lines, ""]
    return finish([*lines, style.paint("strong", drift_summary_line(plan))])


def _what_now(plan: Plan, style: Style) -> list[str]:
    kinds = {entry.kind for entry in plan.drift}
    advice = []
    if "changed" in kinds:
        advice += [_CHANGED]
    if kinds & PASSWORD_KINDS:
        advice += ["apply delivers passwords as the account has them now"]
    lines = [line for part in advice for line in wrapped(part, style.room)]
    return ["", *(style.paint("faint", line) for line in lines)] if lines else []


def drift_lines(style: Style, drift: Sequence[Drift]) -> list[str]:
    """Return the sections on users that no longer are as they were applied."""
    changed, undelivered = parted(drift)
    title = f"Changed outside the files: {counted(users_of(changed), 'user')}"
    return [
        *_section(style, title, "last applied → now", changed),
        *_section(style, f"Undelivered: {counted(len(undelivered), 'password')}", "", undelivered),
    ]


def _section(style: Style, title: str, remark: str, drift: Sequence[Drift]) -> list[str]:
    if not drift:
        return []
    names = [name_cell(entry.name) for entry in drift]
    users = [user_cell(entry.smtp_user_name) for entry in drift]
    name_width, user_width = columns(names, users)
    lines = heading(style, title, remark)
    for entry, name, user in zip(drift, names, users, strict=True):
        identity = [pad(name, name_width), pad(user, user_width)]
        lines += entry_lines(style, "≠", "change", identity, [DRIFT_WORDS[entry.kind]])
        lines += change_lines(drift_fields(entry), style)
    return lines
