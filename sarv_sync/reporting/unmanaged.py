"""Users that no entry owns: which of them are new, to whom, and what to do about those.

A plan calls new whom no apply has told of yet; drift, whoever has appeared and is not settled. Nothing here is
escaped.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.model.advised import adopt_command
from sarv_sync.model.export import can_be_pinned
from sarv_sync.reporting.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sarv_sync.model.plan import UnmanagedUser

_SPARE = "`except: [SMTP_USER_NAME]` under `unmanaged:` leaves it alone"


def as_drift(users: Iterable[UnmanagedUser]) -> tuple[UnmanagedUser, ...]:
    """Return `users` as drift sees them: who has appeared is new until somebody settles that."""
    return tuple(replace(user, new=user.unsettled) for user in users)


def advice(users: Iterable[UnmanagedUser]) -> str:
    """Return what can be done about `users`; empty where there are none.

    Who has a name that no file can hold as a pin can only be left alone.
    """
    names = [user.smtp_user_name for user in users]
    if not names:
        return ""
    pins = [name for name in names if can_be_pinned(name)]
    if not pins:
        return f"no file can hold such a name as a pin; {_SPARE}"
    adopt = adopt_command("NAME", "SMTP_USER_NAME", hyphen=any(name.startswith("-") for name in pins))
    each = "each" if len(pins) == len(names) else "each whose name a file can hold"
    return (
        f"`sarv-sync export --update` writes an entry for {each}, `{adopt}` gives one to an entry that is there, and "
        f"{_SPARE}"
    )


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
