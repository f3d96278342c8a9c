"""Passwords that did not arrive, those for one reason together: a sink that is down says the same for each user."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sarv_sync.reporting.deliveries import without_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sarv_sync.model.outcome import Entry

ALIKE_MAX = 3
"""Entries. Where more have a message that differs in the user alone, the others are only counted."""


class Kind(NamedTuple):
    """Some entries whose messages are the same but for the user, and how many more of them there are."""

    shown: list[Entry]
    more: int

    @property
    def rest(self) -> str:
        """What is said of those that are not shown, empty where there are none."""
        return f"and {self.more:,} more like this" if self.more else ""


def kinds_of(entries: Iterable[Entry]) -> list[Kind]:
    """Return the entries by their messages, in the order in which each message comes first."""
    kinds: dict[str, list[Entry]] = {}
    for entry in entries:
        message = without_names(entry.message or "", entry.name, entry.smtp_user_name)
        kinds.setdefault(message, []).append(entry)
    # One more than are shown is shown, too, rather than counted: it takes no more room.
    return [
        Kind(alike, 0) if len(alike) <= ALIKE_MAX + 1 else Kind(alike[:ALIKE_MAX], len(alike) - ALIKE_MAX)
        for alike in kinds.values()
    ]
