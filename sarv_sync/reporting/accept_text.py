"""What was accepted into the files, as text."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from sarv_sync.model.plan import Drift, FieldChange
from sarv_sync.model.visible import printable
from sarv_sync.reporting.errors_text import warning_lines
from sarv_sync.reporting.field_text import change_lines
from sarv_sync.reporting.layout import finish, pad, wrapped
from sarv_sync.reporting.rows import drift_fields
from sarv_sync.reporting.text_parts import columns, entry_lines, heading, message_lines, name_cell, user_cell
from sarv_sync.reporting.wording import counted, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.errors import Fault
    from sarv_sync.model.acceptance import AcceptedField, FileDifference
    from sarv_sync.reporting.rows import FieldRow
    from sarv_sync.reporting.style import Role, Style

_NOTHING = "Nothing was accepted: no limit and no status that the files could say has drifted."
_LOOK = "look at `git diff`, commit, and open a pull request. Once it is merged, files and account agree."
_NEXT = f"Next: {_LOOK}"
_RAISE = (
    "Next: `sarv-sync validate` fails, and apply is refused, until every budget and guard that the files go beyond "
    f"now is raised. Then {_LOOK}"
)
_FILES_SHOWN = 3
_TAB = " " * 4
_ROLES: dict[str, Role] = {"+": "add", "-": "remove", "@": "keep"}


def accept_text(
    accepted: Sequence[AcceptedField],
    left: Sequence[Fault],
    remarks: Sequence[Fault],
    style: Style,
    *,
    valid: bool = True,
) -> str:
    """Return what the files say now, what they cannot say, and what comes next; without a final newline.

    `valid` is whether `validate` accepts the files as they are now.
    """
    lines = _accepted_lines(accepted, style) or wrapped(_NOTHING, style.room)
    lines += _left_lines(left, style)
    lines += warning_lines(style, remarks)
    if accepted:
        lines += ["", *(style.paint("faint", line) for line in wrapped(_NEXT if valid else _RAISE, style.room))]
    return finish(lines)


def difference_text(differences: Sequence[FileDifference], style: Style) -> str:
    """Return what would change in the files, as one unified diff without a final newline."""
    diffs = (one.diff.removesuffix("\n").split("\n") for one in differences)
    return finish(_painted(line, style) for lines in diffs for line in lines)


def _accepted_lines(accepted: Sequence[AcceptedField], style: Style) -> list[str]:
    if not accepted:
        return []
    users = [(name, list(fields)) for name, fields in groupby(accepted, attrgetter("name"))]
    names = [name_cell(name) for name, _ in users]
    width, user_width = columns(names, (user_cell(fields[0].smtp_user_name) for _, fields in users))
    title = f"Written to {_files(accepted)}: what the account has for {counted(len(users), 'user')}"
    lines = [style.paint("strong", line) for line in wrapped(title, style.room)]
    for (_, fields), name in zip(users, names, strict=True):
        identity = [pad(name, width), pad(user_cell(fields[0].smtp_user_name), user_width)]
        if fields[0].where == "added":
            values = [f"{one.field} {words(one.after)}" for one in fields if one.field != "status"]
            lines += entry_lines(style, "+", "add", identity, [*values, f"again at {_place(fields[0])}"])
        else:
            lines += entry_lines(style, "~", "change", identity, [])
            lines += change_lines([replace(_row(one), note=_place(one)) for one in fields], style)
    return lines


def _files(accepted: Sequence[AcceptedField]) -> str:
    files = sorted({printable(one.file) for one in accepted})
    return " and ".join(files) if len(files) <= _FILES_SHOWN else f"{len(files):,} files"


def _row(one: AcceptedField) -> FieldRow:
    change = FieldChange(one.field, one.before, one.after)
    (row,) = drift_fields(Drift(one.name, one.smtp_user_name, "changed", (change,)))
    return row


def _place(one: AcceptedField) -> str:
    place = f"{printable(one.file)}:{one.line}"
    return place if one.profile is None else f"{place} (profile {printable(one.profile)})"


def _left_lines(left: Sequence[Fault], style: Style) -> list[str]:
    if not left:
        return []
    lines = heading(style, f"Left as it is: {len(left):,}", "the files cannot say this", "trouble")
    for fault in left:
        place = "" if fault.file is None else f"{fault.file}:{fault.line}: "
        lines += message_lines(style, "!", place + fault.message, fault.hint)
    return lines


def _painted(line: str, style: Style) -> str:
    shown = printable(line.rstrip("\r").replace("\t", _TAB))
    role = "strong" if line.startswith(("--- ", "+++ ")) else _ROLES.get(line[:1])
    return shown if role is None else style.paint(role, shown)
