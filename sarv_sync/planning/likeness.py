"""Entries and users that nothing ties together, and what may be said about them without guessing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.export import ExportedUser

User = TypeVar("User")


class Alike(NamedTuple, Generic[User]):
    """Entries, by name, and users that all have the same values: at least one of either."""

    names: list[str]
    users: list[User]

    @property
    def unambiguous(self) -> bool:
        """Whether there is one of either, and nobody else is like them."""
        return len(self.names) == len(self.users) == 1


def alike(entries: Iterable[tuple[str, Hashable]], users: Iterable[tuple[User, Hashable]]) -> tuple[Alike[User], ...]:
    """Return who is like whom, of `entries` and `users` with their values; sorted by the first entry of each."""
    by_values: dict[Hashable, Alike[User]] = {}
    for name, values in sorted(entries, key=lambda entry: entry[0]):
        by_values.setdefault(values, Alike([], [])).names.append(name)
    for user, values in users:
        if values in by_values:
            by_values[values].users.append(user)
    return tuple(group for group in by_values.values() if group.users)


def lookalikes(
    configuration: Configuration, entries: Iterable[str], users: Sequence[ExportedUser]
) -> tuple[tuple[str, ExportedUser], ...]:
    """Return the pairs of an entry and a user that have the same values, which nobody else of either side has."""
    wanted = ((name, configuration.users[name].settings) for name in entries)
    groups = alike(wanted, ((user, user.settings) for user in users))
    return tuple((group.names[0], group.users[0]) for group in groups if group.unambiguous)
