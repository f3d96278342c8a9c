"""The values of a change as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.visible import printable
from sarv_sync.reporting.layout import cells, flowed, pad_left

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.reporting.rows import FieldRow
    from sarv_sync.reporting.style import Style

_INDENT = " " * 6
_LABEL_WIDTH = len("hourly_limit")


def change_lines(fields: Sequence[FieldRow], style: Style) -> list[str]:
    """Return `hourly_limit  20 → 10` for each field, what is notable about it behind."""
    befores = [printable(field.before or "") for field in fields]
    width = max(map(cells, befores), default=0)
    lines = []
    for field, before in zip(fields, befores, strict=True):
        start = f"{_INDENT}{field.field:<{_LABEL_WIDTH}}  {pad_left(before, width)} → {printable(field.after)}"
        notable = [part for part in (field.raised, field.note) if part]
        painted = [style.paint("notice", part) for part in notable]
        lines += flowed([start, *painted], [cells(start), *map(cells, notable)], style.room, _INDENT)
    return lines


def fields_words(fields: Sequence[FieldRow]) -> str:
    """Return the values in running text, not escaped yet: `hourly_limit 20 → 10, status Disable → Enable ↑`."""
    return ", ".join(map(_words, fields))


def _words(field: FieldRow) -> str:
    before = "" if field.before is None else f"{field.before} → "
    return " ".join(part for part in (f"{field.field} {before}{field.after}", field.raised) if part)
