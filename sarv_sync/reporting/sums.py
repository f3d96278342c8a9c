"""What many changes do to the fields, whichever way each of them goes."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from sarv_sync.model.users import FIELDS
from sarv_sync.reporting.wording import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.plan import FieldChange
    from sarv_sync.model.users import Value
    from sarv_sync.reporting.foremost import E


def sums_of(entries: Sequence[E]) -> list[tuple[list[E], str]]:
    """Return which entries do what, as in `([…], "raise hourly_limit to between 50 and 900")`, field by field."""
    found: dict[tuple[int, str], tuple[list[E], list[Value]]] = {}
    for entry in entries:
        for field in entry.fields:
            who, values = found.setdefault((FIELDS.index(field.field), _way(field)), ([], []))
            who.append(entry)
            values.append(field.after)
    return [
        (who, f"{way} {_range(values)}".rstrip())
        for (_, way), (who, values) in sorted(found.items(), key=itemgetter(0))
    ]


def _way(field: FieldChange) -> str:
    before, after = field.before, field.after
    if not isinstance(after, int):
        return f"{field.field} {after}" if before is None else f"{field.field} {before} → {after}"
    if not isinstance(before, int):
        return field.field
    return f"{'raise' if after > before else 'lower'} {field.field} to"


def _range(values: Sequence[Value]) -> str:
    numbers = [value for value in values if isinstance(value, int)]
    if not numbers:
        return ""
    least, most = min(numbers), max(numbers)
    return words(least) if least == most else f"between {words(least)} and {words(most)}"
