"""A long section as text: the few entries that weigh most, and sums of all, so that nothing unlike the rest hides."""

from __future__ import annotations

from collections import Counter
from heapq import nlargest
from operator import itemgetter
from typing import TYPE_CHECKING, Protocol, TypeVar

from sarv_sync.model.visible import printable
from sarv_sync.reporting.field_text import fields_words
from sarv_sync.reporting.layout import ELLIPSIS, hanging, pad_left, wrapped
from sarv_sync.reporting.rows import field_rows
from sarv_sync.reporting.sums import sums_of
from sarv_sync.reporting.text_parts import name_cell
from sarv_sync.reporting.wording import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sarv_sync.model.plan import FieldChange
    from sarv_sync.reporting.style import Style

FOREMOST_MAX = 5
"""Entries. They, and the sums below them, take about one screen."""
KINDS_MAX = 10
"""Kinds. Values that change in more ways are summed up by the direction in which they go."""
NAMED_MAX = 3
"""Entries. Of a kind that has no more, everybody is named."""

_INDENT = " " * 4


class Entry(Protocol):
    """A change, or drift."""

    @property
    def name(self) -> str:
        """Whose it is."""

    @property
    def fields(self) -> tuple[FieldChange, ...]:
        """What moves."""


E = TypeVar("E", bound=Entry)


def foremost(entries: Sequence[E]) -> list[E]:
    """Return the few entries to be shown: those that raise a limit most, else the first ones."""
    return nlargest(FOREMOST_MAX, entries, key=lambda entry: _weight(entry.fields))


def raises_words(entries: Sequence[Entry]) -> str:
    """Return `9 raises, the largest first`; nothing where no limit is raised and nobody may send again."""
    count = sum(1 for entry in entries if _weight(entry.fields) > (0, 0))
    return f"{counted(count, 'raise')}, the largest first" if count else ""


def rest_lines(entries: Sequence[E], note: Callable[[E], str], style: Style) -> Iterator[str]:
    """Yield how many entries there are besides the foremost, and what all of them are about.

    `note` says of an entry what its fields do not, without any name.
    """
    kinds = _kinds(entries, note)
    rest = f"  {ELLIPSIS} and {len(entries) - FOREMOST_MAX:,} more"
    if kinds is not None and len(kinds) == 1:
        yield f"{rest} like these"
        return
    yield f"{rest}; all {len(entries):,} together:"
    lines = _sums(entries, note) if kinds is None else _kind_lines(kinds, note)
    width = max(len(f"{count:,}") for count, _ in lines)
    for count, said in lines:
        first = f"{_INDENT}{pad_left(f'{count:,}', width)}  "
        yield from hanging(first, wrapped(printable(said), style.room - len(first)))


def _weight(fields: Sequence[FieldChange]) -> tuple[float, int]:
    """Return the factor by which a limit grows most, and to what; to send again weighs little, to send less nothing.

    Of users still to be made, the limits themselves count.
    """
    return max((_weight_of(field) for field in fields), default=(0, 0))


def _weight_of(field: FieldChange) -> tuple[float, int]:
    before, after = field.before, field.after
    if isinstance(after, int):
        if before is None:
            return (1, after) if field.field == "hourly_limit" else (0, 0)
        return (after / max(before, 1), after) if isinstance(before, int) and after > before else (0, 0)
    return (1, 0) if (before, after) == ("Disable", "Enable") else (0, 0)


def _kinds(entries: Sequence[E], note: Callable[[E], str]) -> list[list[E]] | None:
    """Return the entries that are alike together, None where there are too many kinds."""
    kinds: dict[object, list[E]] = {}
    for entry in entries:
        kinds.setdefault((entry.fields, note(entry)), []).append(entry)
        if len(kinds) > KINDS_MAX:
            return None
    return list(kinds.values())


def _kind_lines(kinds: Sequence[list[E]], note: Callable[[E], str]) -> list[tuple[int, str]]:
    """Return how many are of each kind, the rarest first: it is what a long list would have hidden."""
    return sorted(((len(kind), f"{_about(kind[0], note)}{_names(kind)}") for kind in kinds), key=itemgetter(0))


def _about(entry: E, note: Callable[[E], str]) -> str:
    parts = [fields_words(field_rows(entry.fields)), note(entry)]
    return "; ".join(part for part in parts if part) or "nothing else"


def _names(entries: Sequence[Entry]) -> str:
    return f": {', '.join(name_cell(entry.name) for entry in entries)}" if len(entries) <= NAMED_MAX else ""


def _sums(entries: Sequence[E], note: Callable[[E], str]) -> list[tuple[int, str]]:
    notes = Counter(map(note, entries))
    fields = sums_of(entry.fields for entry in entries)
    return [*fields, *((count, said) for said, count in sorted(notes.items()) if said)]
