"""Limits of an account that no file can say, pointed out: it may have 0, say, for thousands of users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sarv_sync.model.export import ExportedUser
    from sarv_sync.model.users import Field, Value

_FEW = 5


def odd_limits(users: Iterable[ExportedUser]) -> Iterator[Fault]:
    """Yield what is to be said about limits that no entry can have, once for all users that have the same."""
    alike: dict[tuple[Field, Value], list[ExportedUser]] = {}
    for user in users:
        for field in user.odd_limits():
            alike.setdefault((field, user.settings.get(field)), []).append(user)
    for (field, value), which in sorted(alike.items()):
        yield _one(field, value, which[0]) if len(which) == 1 else _many(field, value, which)


def _one(field: Field, value: Value, user: ExportedUser) -> Fault:
    return Fault(
        f"{user.smtp_user_name} has a {field} of {value}, which no file can say",
        f"the entry {user.name} says {user.limit(field)} and ignores changes of {field}",
    )


def _many(field: Field, value: Value, users: Sequence[ExportedUser]) -> Fault:
    few = ", ".join(user.smtp_user_name for user in users[:_FEW])
    more = f" and {len(users) - _FEW:,} more" if len(users) > _FEW else ""
    return Fault(
        f"{len(users):,} users have a {field} of {value}, which no file can say: {few}{more}",
        f"their entries say {users[0].limit(field)} and ignore changes of {field}",
    )
