"""Where a plan's passwords would go, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.visible import printable
from sarv_sync.reporting.deliveries import PLACES_MAX, STILL_TO_BE_MADE, places_of
from sarv_sync.reporting.layout import ELLIPSIS, cells, hanging, pad, pad_left, wrapped
from sarv_sync.reporting.text_parts import (
    SYMBOLS,
    address_cell,
    columns,
    entry_lines,
    name_cell,
    user_cell,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.reporting.extent import Extent
    from sarv_sync.reporting.rows import ChangeRow, Group
    from sarv_sync.reporting.style import Style

_INDENT = " " * 6
_SET_IN = " " * 2


def delivery_lines(group: Group, style: Style, extent: Extent) -> list[str]:
    """Return each user with where its password goes: all if they are few, else some, and the places of the rest."""
    shown = tuple(group.rows[: extent.few])
    rest = group.rows[len(shown) :]
    names = [name_cell(row.name) for row in shown]
    users = [user_cell(row.smtp_user_name or STILL_TO_BE_MADE) for row in shown]
    name_width, user_width = columns(names, users)
    lines = []
    for row, name, user in zip(shown, names, users, strict=True):
        lines += _user_lines(row, [pad(name, name_width), pad(user, user_width)], style)
    return [*lines, *_rest_lines(rest, style)] if rest else lines


def _user_lines(row: ChangeRow, identity: Sequence[str], style: Style) -> list[str]:
    """Return one user, with a single address beside it where that fits, and several below."""
    symbol, role = SYMBOLS["deliver"]
    addresses = [address_cell(sink) for sink in row.sinks]
    beside = 4 + sum(2 + cells(cell) for cell in identity)
    if len(addresses) == 1 and beside + cells(addresses[0]) <= style.room:
        return entry_lines(style, symbol, role, identity, [addresses[0], printable(row.note)])
    lines = entry_lines(style, symbol, role, identity, [printable(row.note)])
    return lines + [_INDENT + style.paint("faint", line) for line in _broken(addresses, style.room - len(_INDENT))]


def _rest_lines(rows: Sequence[ChangeRow], style: Style) -> list[str]:
    """Return how many more there are, and where they go, without their names."""
    places = places_of(rows)
    shown = places[:PLACES_MAX]
    width = max((len(f"{count:,}") for _, count in shown), default=0)
    lines = [f"  {ELLIPSIS} and {len(rows):,} more{':' if places else ''}"]
    for place, count in shown:
        first = f"{_INDENT}{pad_left(f'{count:,}', width)} to "
        lines += hanging(first, wrapped(address_cell(place), style.room - len(first)))
    if more := places[PLACES_MAX:]:
        lines.append(f"{_INDENT}{sum(count for _, count in more):,} to {len(more):,} other places")
    return lines


def _broken(texts: Sequence[str], room: int) -> list[str]:
    """Return each text on lines of its own, those it goes on in set in."""
    lines = [wrapped(text, room - len(_SET_IN)) for text in texts]
    return [line for first, *rest in lines for line in (first, *(_SET_IN + part for part in rest))]
