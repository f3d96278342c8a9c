"""Where passwords go: the addresses of deliveries, few or thousands of them. Nothing here is escaped yet."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from sarv_sync.model.users import entry_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sarv_sync.reporting.rows import ChangeRow

_FIELD = re.compile(r"\{[A-Za-z_]+\}")
_NO_PART_OF_A_VARIABLE = re.compile(r"[^A-Za-z0-9]")

STILL_TO_BE_MADE = "new"
"""What is shown for a user that does not have the provider's name yet."""

PLACES_MAX = 100
"""Places. Only where passwords go to more, the ones that take most of them are merely counted: a reviewer decides by
where passwords go, so that a list of places is not cut for the sake of brevity."""


def places_of(rows: Iterable[ChangeRow]) -> tuple[tuple[str, int], ...]:
    """Return where passwords go, and how many of them: names are left out, as in `dotenv secrets/{name}.env`.

    The place of fewest comes first: what is unlike the rest is never what a list that is cut does not show.
    """
    counts = Counter(_place(sink, row) for row in rows for sink in row.sinks)
    return tuple(sorted(counts.items(), key=lambda entry: (entry[1], entry[0])))


def _place(sink: str, row: ChangeRow) -> str:
    kind, space, place = sink.partition(" ")
    return kind + space + without_names(place, row.name, row.smtp_user_name)


def without_names(text: str, name: str, smtp_user_name: str | None) -> str:
    """Return `text` with the user's own names replaced by the fields that they came from."""
    entry = entry_name(name)
    text = _without(text, entry, "{name}")
    text = _without(text, _as_variable(entry), "{NAME}")
    return _without(text, smtp_user_name or "", "{smtp_user_name}")


def _as_variable(name: str) -> str:
    """Return a name as it begins names of variables and of GitHub's secrets."""
    return _NO_PART_OF_A_VARIABLE.sub("_", name).upper()


def _without(text: str, word: str, field: str) -> str:
    """Return `text` with `field` for every `word` that is no part of a longer one, or of the name of a field."""
    if not word or word not in text:
        return text
    fields = [found.span() for found in _FIELD.finditer(text)]

    def shown(found: re.Match[str]) -> str:
        start, end = found.span()
        alone = not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())
        return field if alone and all(end < first or last < start for first, last in fields) else word

    return re.sub(re.escape(word), shown, text)
