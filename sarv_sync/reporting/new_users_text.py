"""The users a plan would create, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.visible import printable
from sarv_sync.reporting.layout import cells, flowed, pad, pad_left
from sarv_sync.reporting.text_parts import SYMBOLS, columns, entry_lines, name_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sarv_sync.model.users import Field
    from sarv_sync.reporting.rows import ChangeRow, FieldRow, Group
    from sarv_sync.reporting.style import Style

_INDENT = " " * 6


def new_user_lines(group: Group, style: Style) -> Iterator[str]:
    """Yield one line for each new user if all of them fit, else two, their values below one another."""
    symbol, role = SYMBOLS[group.action]
    rows = tuple(group.rows)
    width = columns(map(_name, rows), ())[0]
    widths = _value_widths(rows)
    on_one_line = all(_fits(row, width, _values(row.fields, widths), style.room) for row in rows)
    for row in rows:
        parts = _values(row.fields, widths)
        identity = [pad(_name(row), width), *(parts if on_one_line else [])]
        yield from entry_lines(style, symbol, role, identity, [printable(row.place or ""), printable(row.note)])
        if parts and not on_one_line:
            below = [_INDENT + parts[0], *parts[1:]]
            yield from flowed(below, [cells(part) for part in below], style.room, _INDENT)


def _name(row: ChangeRow) -> str:
    return name_cell(row.name)


def _fits(row: ChangeRow, width: int, parts: Sequence[str], room: int) -> bool:
    shown = [*parts, printable(row.place or "")]
    return 4 + max(width, cells(_name(row))) + sum(2 + cells(part) for part in shown) <= room


def _value_widths(rows: Sequence[ChangeRow]) -> dict[Field, int]:
    widths: dict[Field, int] = {}
    for row in rows:
        for field in row.fields:
            widths[field.field] = max(widths.get(field.field, 0), cells(printable(field.after)))
    return widths


def _values(fields: Sequence[FieldRow], widths: Mapping[Field, int]) -> list[str]:
    """Return each value with its name, aligned; a status speaks for itself."""
    return [_value(field, printable(field.after), widths[field.field]) for field in fields]


def _value(field: FieldRow, value: str, width: int) -> str:
    return pad(value, width) if field.field == "status" else f"{field.field} {pad_left(value, width)}"
