"""Entries and users that nothing ties together, and what may be said about them without guessing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.export import ExportedUser


def lookalikes(
    configuration: Configuration, entries: Iterable[str], users: Sequence[ExportedUser]
) -> tuple[tuple[str, ExportedUser], ...]:
    """Return the pairs of an entry and a user that have the same values, which nobody else of either side has."""
    by_values: dict[object, tuple[list[str], list[ExportedUser]]] = {}
    for name in sorted(entries):
        by_values.setdefault(configuration.users[name].settings, ([], []))[0].append(name)
    for user in users:
        by_values.setdefault(user.settings, ([], []))[1].append(user)
    return tuple((names[0], alike[0]) for names, alike in by_values.values() if len(names) == len(alike) == 1)
