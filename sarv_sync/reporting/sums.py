"""What many changes do to the fields, whichever way each of them goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.users import FIELDS
from sarv_sync.reporting.wording import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sarv_sync.model.plan import FieldChange
    from sarv_sync.model.users import Value


def sums_of(changes: Iterable[Sequence[FieldChange]]) -> list[tuple[int, str]]:
    """Return how many changes do what, as in `(9, "raise hourly_limit to between 50 and 900")`, field by field."""
    found: dict[tuple[int, str], list[Value]] = {}
    for fields in changes:
        for field in fields:
            found.setdefault((FIELDS.index(field.field), _way(field)), []).append(field.after)
    return [(len(values), f"{way} {_range(values)}".rstrip()) for (_, way), values in sorted(found.items())]


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
