"""What apply would do about one user, and why."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from sarv_sync.model.advised import adopt_command
from sarv_sync.model.export import can_be_pinned
from sarv_sync.model.visible import printable
from sarv_sync.reporting.explain_reasons import reason
from sarv_sync.reporting.field_text import change_lines
from sarv_sync.reporting.layout import wrapped
from sarv_sync.reporting.rows import groups_of
from sarv_sync.reporting.text_parts import SYMBOLS, address_cell, heading, hint_lines, name_cell, user_cell
from sarv_sync.reporting.wording import place_of

if TYPE_CHECKING:
    from sarv_sync.model.explanation import Explanation, Unowned
    from sarv_sync.model.plan import Change
    from sarv_sync.reporting.rows import ChangeRow
    from sarv_sync.reporting.style import Style


def outlook_lines(explanation: Explanation, style: Style) -> list[str]:
    """Return what apply would do, nothing where it is blocked or refused: that is said after it."""
    plan = explanation.plan
    if plan.changes:
        rows = {(group.action, row.name): row for group in groups_of(plan) for row in group.rows}
        lines = heading(style, "What apply would do")
        for change in plan.changes:
            lines += _change(change, rows[change.action, change.name], style)
        return lines
    if plan.blocked or plan.refusals:
        return []
    said = wrapped(f"Apply would do nothing about it: {_as_it_should_be(explanation)}.", style.room)
    return ["", *(style.paint("strong", line) for line in said), *hint_lines(style, _hint(explanation), "  ")]


def _change(change: Change, row: ChangeRow, style: Style) -> list[str]:
    symbol, role = SYMBOLS[change.action]
    place = place_of(change.source)
    because = f"{reason(change)} ({place})" if place else reason(change)
    lines = [f"  {style.paint(role, symbol)} {style.paint('strong', _what(change))}"]
    lines += [f"      {style.paint('faint', line)}" for line in wrapped(printable(because), style.room - 6)]
    lines += change_lines([field for field in row.fields if field.before is not None], style)
    return lines + [f"      {line}" for sink in row.sinks for line in wrapped(address_cell(sink), style.room - 6)]


def _what(change: Change) -> str:
    name = name_cell(change.name)
    match change.action:
        case "rotate":
            return f"give {name} a new password"
        case "deliver":
            return f"deliver the password of {name}"
        case "adopt":
            return f"let {name} have {user_cell(change.smtp_user_name)}"
        case "rename":
            return f"rename {name_cell(change.renamed_from or '')} to {name}"
        case action:
            return f"{action} {name}"


def _as_it_should_be(explanation: Explanation) -> str:
    fields = [field for user in explanation.users for field in user.fields]
    if explanation.standing == "unmanaged":
        return "it is nobody's here"
    if explanation.standing in {"retired", "spare"}:
        return "it stays disabled"
    if explanation.standing == "forgotten":
        return "nothing is left to do"
    if explanation.entry is None:
        return "nothing is to be done"
    if any(field.ignored and field.wanted != field.observed for field in fields):
        return "it is as the files say, but for what `ignore_changes` leaves alone"
    return "it is as the files say"


def _hint(explanation: Explanation) -> str | None:
    """Return how to have a say about a user that no entry owns."""
    unowned = explanation.unowned
    if unowned is None:
        return None
    if unowned.may_be:
        create = shlex.quote(unowned.may_be[0])
        return f"`sarv-sync state resolve {create}` says whether it came of that create"
    spare = "a pattern under `unmanaged: {except: […]}` leaves it alone"
    if not can_be_pinned(explanation.asked):
        return None if unowned.spared else f"{spare}; no file can hold such a name as a pin"
    adopt = f"`{adopt_command('NAME', explanation.asked)}` lets an entry have it"
    return adopt if unowned.spared else f"{adopt}; {spare}"


def counted_as(unowned: Unowned) -> str:
    """Return since when a user of nobody is known, and what has been said about it."""
    if unowned.may_be:
        return f"it may have come of the create of {' or '.join(unowned.may_be)}"
    if unowned.spared:
        return "a pattern under `unmanaged: {except: […]}` leaves it alone"
    if not unowned.counted:
        return "no apply has taken down yet who is there"
    if not unowned.unsettled:
        return "it was there when users were first taken down, or has been let go of since"
    since = "it has appeared since users were first taken down" if unowned.told else "it is new since the last apply"
    return f"{since}, and nobody has said whose it is"
