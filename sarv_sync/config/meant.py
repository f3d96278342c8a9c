"""Whether files that were read back say what was meant by writing them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.model.users import NO_POLICY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.account import Account
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.export import ExportedUser
    from sarv_sync.model.users import DesiredUser


def is_account(configuration: Configuration, account: Account, users: Sequence[ExportedUser]) -> bool:
    """Say whether the files are those of `account` and have `users` and nobody else."""
    said = (configuration.account.endpoint, configuration.account.owner_id)
    entries = configuration.users
    if said != (account.endpoint, account.owner_id) or len(entries) != len(users):
        return False
    return all(is_entry(user, entries.get(user.name)) and _has_remarks(user, entries[user.name]) for user in users)


def is_entry(user: ExportedUser, entry: DesiredUser | None) -> bool:
    """Say whether `entry` is that of `user`, with its values."""
    wanted = replace(user.settings, total_limit=user.limit("total_limit"), hourly_limit=user.limit("hourly_limit"))
    if entry is None or (entry.smtp_user_name, entry.password.alternate_pin) != (user.smtp_user_name, user.alternate):
        return False
    return entry.settings == wanted and set(user.ignored()) <= set(entry.ignore_changes)


def _has_remarks(user: ExportedUser, entry: DesiredUser) -> bool:
    remarks = user.remarks
    policy = replace(
        remarks.password,
        rotation="alternate" if user.alternates() else "in-place",
        alternate_pin=user.alternate,
        grace=remarks.password.grace if user.alternates() else NO_POLICY.grace,
    )
    said = (entry.description, entry.labels, set(entry.ignore_changes), entry.password)
    return said == (remarks.description, remarks.labels, set(user.ignored()), policy)
