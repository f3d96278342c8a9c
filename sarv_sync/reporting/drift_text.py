"""Drift as text: what an engineer on call reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.reporting.errors_text import warning_lines
from sarv_sync.reporting.extent import EVERY_CHANGE, fits
from sarv_sync.reporting.field_text import change_lines
from sarv_sync.reporting.foremost import foremost
from sarv_sync.reporting.layout import finished, pad, wrapped
from sarv_sync.reporting.long_text import raises_words, rest_lines
from sarv_sync.reporting.rows import drift_fields, parted, users_of
from sarv_sync.reporting.similar import sums_up_messages
from sarv_sync.reporting.summaries import drift_summary_line
from sarv_sync.reporting.text_parts import (
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
from sarv_sync.reporting.unmanaged import as_drift
from sarv_sync.reporting.wording import DRIFT_WORDS, PASSWORD_KINDS, counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sarv_sync.model.plan import Drift, Plan
    from sarv_sync.reporting.extent import Extent
    from sarv_sync.reporting.style import Style


_CHANGED = (
    "apply puts changed values back; to keep them, `sarv-sync accept NAME` writes them into the files, and "
    "ignore_changes leaves them to the account"
)


def drift_text(plan: Plan, style: Style, extent: Extent = EVERY_CHANGE) -> str:
    """Return what changed outside the files, without a final newline; the last line sums it up."""
    return "\n".join(drift_report_lines(plan, style, extent))


def drift_report_lines(plan: Plan, style: Style, extent: Extent) -> Iterator[str]:
    """Yield the lines of `drift_text`."""
    return finished(_lines(plan, style, extent))


def _lines(plan: Plan, style: Style, extent: Extent) -> Iterator[str]:
    body = _body_lines(plan, style, extent)
    first = next(body, None)
    if first is not None:
        yield from wrapped(f"Drift of {account_words(plan.account)}{limited_words(plan.targets)}", style.room)
        yield first
        yield from body
        yield from _what_now(plan, style)
        yield ""
    yield style.paint("strong", drift_summary_line(plan))


def _body_lines(plan: Plan, style: Style, extent: Extent) -> Iterator[str]:
    yield from drift_lines(style, plan.drift, extent)
    yield from unmanaged_lines(style, as_drift(plan.unmanaged), extent)
    yield from warning_lines(style, plan.warnings, extent)
    yield from blocked_lines(style, plan.blocked, extent)
    yield from refusal_lines(style, plan.refusals, extent)
    if sums_up_drift(plan.drift, extent) or sums_up_messages(plan, extent):
        yield from not_all_lines(style, WAYS)


def _what_now(plan: Plan, style: Style) -> list[str]:
    kinds = {entry.kind for entry in plan.drift}
    advice = []
    if "changed" in kinds:
        advice += [_CHANGED]
    if kinds & PASSWORD_KINDS:
        advice += ["apply delivers passwords as the account has them now"]
    lines = [line for part in advice for line in wrapped(part, style.room)]
    return ["", *(style.paint("faint", line) for line in lines)] if lines else []


def drift_lines(style: Style, drift: Sequence[Drift], extent: Extent) -> Iterator[str]:
    """Yield the sections on users that no longer are as they were applied."""
    changed, undelivered = parted(drift)
    title = f"Changed outside the files: {counted(users_of(changed), 'user')}"
    yield from _section(style, title, "last applied → now", changed, extent)
    title = f"Undelivered: {counted(len(undelivered), 'password')}"
    yield from _section(style, title, "", undelivered, extent)


def sums_up_drift(drift: Sequence[Drift], extent: Extent) -> bool:
    """Say whether `drift_lines` leaves out some of `drift`."""
    return not all(fits(len(section), extent.changes) for section in parted(drift))


def _section(style: Style, title: str, remark: str, drift: Sequence[Drift], extent: Extent) -> Iterator[str]:
    if not drift:
        return
    if fits(len(drift), extent.changes):
        yield from heading(style, title, remark)
        yield from _entry_lines(style, drift)
        return
    yield from heading(style, title, "; ".join(part for part in (remark, raises_words(drift)) if part))
    yield from _entry_lines(style, foremost(drift))
    yield from rest_lines(drift, lambda entry: DRIFT_WORDS[entry.kind], style)


def _entry_lines(style: Style, drift: Sequence[Drift]) -> Iterator[str]:
    names = (name_cell(entry.name) for entry in drift)
    name_width, user_width = columns(names, (user_cell(entry.smtp_user_name) for entry in drift))
    for entry in drift:
        identity = [pad(name_cell(entry.name), name_width), pad(user_cell(entry.smtp_user_name), user_width)]
        yield from entry_lines(style, "≠", "change", identity, [DRIFT_WORDS[entry.kind]])
        yield from change_lines(drift_fields(entry), style)
