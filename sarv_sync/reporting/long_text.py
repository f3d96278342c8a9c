"""A long section as text: sums of all its entries, below the few that weigh most, so that nothing unlike hides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.visible import printable
from sarv_sync.reporting.field_text import fields_words
from sarv_sync.reporting.foremost import FOREMOST_MAX, foremost, is_raise
from sarv_sync.reporting.layout import ELLIPSIS, hanging, pad_left, wrapped
from sarv_sync.reporting.rows import field_rows
from sarv_sync.reporting.sums import sums_of
from sarv_sync.reporting.text_parts import name_cell
from sarv_sync.reporting.wording import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sarv_sync.reporting.foremost import E, Entry
    from sarv_sync.reporting.style import Style

KINDS_MAX = 10
"""Kinds. Values that change in more ways are summed up by the direction in which they go."""
NAMED_MAX = 3
"""Entries. Of a kind, or of a sum, that has no more, everybody is named."""
STOPPED_MAX = 200
"""Entries. Up to so many are all named where it stops users: one among them who was not meant is hurt most."""

_INDENT = " " * 4
_STOPS = "status Enable → Disable"


def raises_words(entries: Sequence[Entry]) -> str:
    """Return `9 raises, the largest first`; nothing where no limit is raised and nobody may send again."""
    count = sum(map(is_raise, entries))
    return f"{counted(count, 'raise')}, the largest first" if count else ""


def rest_lines(entries: Sequence[E], note: Callable[[E], str], style: Style, named: int = NAMED_MAX) -> Iterator[str]:
    """Yield how many entries there are besides the foremost, and what all of them are about.

    `note` says of an entry what its fields do not, without any name. Of what at most `named` do, everybody is named.
    """
    kinds = _kinds(entries, note)
    rest = f"  {ELLIPSIS} and {len(entries) - FOREMOST_MAX:,} more"
    if kinds is not None and len(kinds) == 1:
        fits = len(entries) <= _most_named(_about(entries[0], note), named)
        yield f"{rest} like these{':' if fits else ''}"
        yield from _others(entries, style) if fits else ()
        return
    yield f"{rest}; all {len(entries):,} together:"
    found = _sums(entries, note) if kinds is None else [(kind, _about(kind[0], note)) for kind in kinds]
    found.sort(key=lambda one: len(one[0]))  # what is rare is what a long list would have hidden
    width = max(len(f"{len(who):,}") for who, _ in found)
    for who, said in found:
        first = f"{_INDENT}{pad_left(f'{len(who):,}', width)}  "
        names = f": {_names(who)}" if len(who) <= _most_named(said, named) else ""
        yield from hanging(first, wrapped(f"{printable(said)}{names}", style.room - len(first)))


def _others(entries: Sequence[E], style: Style) -> list[str]:
    """Return the names of all but the foremost."""
    shown = {entry.name for entry in foremost(entries)}
    names = _names([entry for entry in entries if entry.name not in shown])
    return hanging(_INDENT, wrapped(names, style.room - len(_INDENT)))


def _most_named(said: str, named: int) -> int:
    return STOPPED_MAX if _STOPS in said else named


def _names(entries: Sequence[Entry]) -> str:
    return ", ".join(name_cell(entry.name) for entry in entries)


def _kinds(entries: Sequence[E], note: Callable[[E], str]) -> list[list[E]] | None:
    """Return the entries that are alike together, None where there are too many kinds."""
    kinds: dict[object, list[E]] = {}
    for entry in entries:
        kinds.setdefault((entry.fields, note(entry)), []).append(entry)
        if len(kinds) > KINDS_MAX:
            return None
    return list(kinds.values())


def _about(entry: E, note: Callable[[E], str]) -> str:
    parts = [fields_words(field_rows(entry.fields)), note(entry)]
    return "; ".join(part for part in parts if part) or "nothing else"


def _sums(entries: Sequence[E], note: Callable[[E], str]) -> list[tuple[list[E], str]]:
    notes: dict[str, list[E]] = {}
    for entry in entries:
        if said := note(entry):
            notes.setdefault(said, []).append(entry)
    return [*sums_of(entries), *((who, said) for said, who in sorted(notes.items()))]
