"""The values of one user, side by side: in the files, as they were last applied, in the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.visible import printable
from sarv_sync.reporting.layout import cells, flowed, pad, pad_left, wrapped
from sarv_sync.reporting.wording import place_of, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.explanation import ExplainedField, ExplainedUser, Origin
    from sarv_sync.model.users import Value
    from sarv_sync.reporting.style import Style

_TITLES = ("in the files", "last applied", "account now")
_NONE = "-"
_INDENT = " " * 6


def value_lines(user: ExplainedUser, style: Style, profile: str | None) -> list[str]:
    """Return each value on every side, what is remarkable about it, and below it where the files say so."""
    rows = [_cells(field) for field in user.fields]
    widths = [max(map(cells, column)) for column in zip(_TITLES, *rows, strict=True)]
    label = max(len(field.field) for field in user.fields)
    lines = [style.paint("faint", _line(" " * label, _TITLES, widths))]
    for field, row in zip(user.fields, rows, strict=True):
        start = _line(pad(field.field, label), row, widths)
        remarks = _remarks(field, user)
        parts = [start, *(style.paint("notice", remark) for remark in remarks)]
        lines += flowed(parts, [cells(start), *map(cells, remarks)], style.room, _INDENT)
        origin = _origin_words(field.origin, profile)
        lines += [_INDENT + style.paint("faint", line) for line in wrapped(origin, style.room - 6) if origin]
    return lines


def _line(label: str, row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join([f"  {label}", *(pad_left(text, width) for text, width in zip(row, widths, strict=True))])


def _cells(field: ExplainedField) -> tuple[str, str, str]:
    return _cell(field.wanted), _cell(field.applied), _cell(field.observed)


def _cell(value: Value | None) -> str:
    return _NONE if value is None else printable(words(value))


def _remarks(field: ExplainedField, user: ExplainedUser) -> list[str]:
    remarks = ["≠ drifted"] if field.drifted else []
    if field.planned is not None and user.listed == "listed":
        remarks.append(f"→ {printable(words(field.planned))}")
    elif field.planned is not None:
        remarks.append("to be set")
    if field.ignored:
        remarks.append("ignored: ignore_changes")
    return remarks


def _origin_words(origin: Origin | None, profile: str | None) -> str:
    """Return where the files have a value from."""
    if origin is None:
        return ""
    place = printable(place_of(origin.source) or "")
    match origin.where:
        case "entry":
            return f"from its entry, {place}"
        case "profile":
            return f"from its profile {printable(profile or '')}, {place}"
        case "defaults":
            return f"from defaults, {place}"
        case "turns":
            return "from which of the two users serves"
        case "built-in":
            return "from nowhere in the files: built in"
