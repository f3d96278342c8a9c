"""Users that no entry owns: which of them are new, to whom, and what to do about those.

A plan calls new whom no apply has told of yet; drift, whoever has appeared and is not settled. Nothing here is
escaped.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.reporting.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sarv_sync.model.plan import UnmanagedUser

ADVICE = (
    "`sarv-sync export --update` writes an entry for each, `sarv-sync adopt NAME SMTP_USER_NAME` gives one to an "
    "entry that is there, and `except: [SMTP_USER_NAME]` under `unmanaged:` leaves it alone"
)


def as_drift(users: Iterable[UnmanagedUser]) -> tuple[UnmanagedUser, ...]:
    """Return `users` as drift sees them: who has appeared is new until somebody settles that."""
    return tuple(replace(user, new=user.unsettled) for user in users)


def new_first(users: Iterable[UnmanagedUser]) -> list[UnmanagedUser]:
    """Return `users`, the new ones before the others."""
    return sorted(users, key=lambda user: not user.new)


def new_in(users: Iterable[UnmanagedUser]) -> int:
    """Return how many of `users` are new."""
    return sum(1 for user in users if user.new)


def new_words(users: Sequence[UnmanagedUser]) -> str:
    """Return `1 of them new`, nothing where none is."""
    new = new_in(users)
    if not new:
        return ""
    if new < len(users):
        return f"{new:,} of them new"
    return "all new" if new > 1 else "new"


def appeared_words(users: Iterable[UnmanagedUser]) -> str:
    """Return `1 user nobody knows appeared`, nothing where none did."""
    count = sum(1 for user in users if user.unsettled)
    return f"{counted(count, 'user')} nobody knows appeared" if count else ""
