"""A plan as text: what a reviewer reads before saying yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.visible import printable
from sarv_sync.reporting.deliveries_text import delivery_lines
from sarv_sync.reporting.drift_text import drift_lines, sums_up_drift
from sarv_sync.reporting.errors_text import warning_lines
from sarv_sync.reporting.extent import EVERY_CHANGE
from sarv_sync.reporting.field_text import change_lines
from sarv_sync.reporting.layout import finished, pad, wrapped
from sarv_sync.reporting.long_groups import foremost_of, long_remark, rest_of, sums_up_group
from sarv_sync.reporting.new_users_text import new_user_lines
from sarv_sync.reporting.rows import groups_of
from sarv_sync.reporting.similar import sums_up_messages
from sarv_sync.reporting.summaries import summary_line
from sarv_sync.reporting.text_parts import (
    SYMBOLS,
    WAYS,
    account_words,
    blocked_lines,
    columns,
    entry_lines,
    heading,
    limited_words,
    name_cell,
    not_all_lines,
    refusal_lines,
    unmanaged_lines,
    user_cell,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sarv_sync.model.plan import Plan
    from sarv_sync.reporting.extent import Extent
    from sarv_sync.reporting.rows import Group
    from sarv_sync.reporting.style import Style


def plan_text(plan: Plan, style: Style, extent: Extent = EVERY_CHANGE, ways: str = WAYS) -> str:
    """Return `plan` in words, without a final newline; see `plan_lines`."""
    return "\n".join(plan_lines(plan, style, extent, ways))


def plan_lines(plan: Plan, style: Style, extent: Extent, ways: str = WAYS) -> Iterator[str]:
    """Yield the lines of `plan` in words; `ways` says how to see more where it is not shown in full.

    The changes come by action, then what needs attention, most urgent last, since a terminal shows the end. The
    last two lines are the summary and the digest.
    """
    return finished(_lines(plan, style, extent, ways))


def _lines(plan: Plan, style: Style, extent: Extent, ways: str) -> Iterator[str]:
    body = body_lines(plan, style, extent, ways)
    first = next(body, None)
    if first is not None:
        yield from _title(plan, style)
        yield first
        yield from body
        yield ""
    yield style.paint("strong", summary_line(plan))
    yield style.paint("faint", f"digest {printable(plan.digest)}")


def body_lines(plan: Plan, style: Style, extent: Extent, ways: str) -> Iterator[str]:
    """Yield the changes and everything else that `plan` has to say, and, where that is not all, how to see it all."""
    groups = groups_of(plan)
    for group in groups:
        yield from _group_lines(group, style, extent)
    yield from _finding_lines(plan, style, extent)
    long = any(sums_up_group(group, extent) for group in groups) or sums_up_drift(plan.drift, extent)
    if long or sums_up_messages(plan, extent):
        yield from not_all_lines(style, ways)


def _finding_lines(plan: Plan, style: Style, extent: Extent) -> Iterator[str]:
    """Yield everything that is no change."""
    yield from drift_lines(style, plan.drift, extent)
    yield from unmanaged_lines(style, plan.unmanaged, extent)
    yield from warning_lines(style, plan.warnings, extent)
    yield from blocked_lines(style, plan.blocked, extent)
    yield from refusal_lines(style, plan.refusals, extent)


def _title(plan: Plan, style: Style) -> list[str]:
    return wrapped(f"Plan for {account_words(plan.account)}{limited_words(plan.targets)}", style.room)


def _group_lines(group: Group, style: Style, extent: Extent) -> Iterator[str]:
    """Yield the changes of one action."""
    if sums_up_group(group, extent):
        yield from heading(style, group.title, long_remark(group))
        yield from _row_lines(foremost_of(group), style, extent)
        yield from rest_of(group, style)
    else:
        yield from heading(style, group.title, group.remark)
        yield from _row_lines(group, style, extent)


def _row_lines(group: Group, style: Style, extent: Extent) -> Iterable[str]:
    match group.action:
        case "create":
            return new_user_lines(group, style)
        case "deliver":
            return delivery_lines(group, style, extent)
        case _:
            return _changed_user_lines(group, style)


def _changed_user_lines(group: Group, style: Style) -> Iterator[str]:
    symbol, role = SYMBOLS[group.action]
    changes = group.rows.changes
    names = (name_cell(change.name) for change in changes)
    name_width, user_width = columns(names, (user_cell(change.smtp_user_name) for change in changes))
    for row in group.rows:
        identity = [pad(name_cell(row.name), name_width), pad(user_cell(row.smtp_user_name), user_width)]
        yield from entry_lines(style, symbol, role, identity, [printable(row.place or ""), printable(row.note)])
        yield from change_lines(row.fields, style)
