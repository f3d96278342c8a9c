"""An account in a file, for a sandbox that must survive its process."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from sarv_sync.errors import StateError
from sarv_sync.model.secret import Secret
from sarv_sync.model.users import ObservedUser, Settings
from sarv_sync.sandbox.memory import MemoryAccount
from sarv_sync.sandbox.sqlite_file import open_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from random import Random

    from sarv_sync.model.users import Status

_SELECT = "SELECT smtp_user_name, password, total_limit, hourly_limit, status FROM smtp_user ORDER BY rowid"
_UPSERT = """
INSERT INTO smtp_user (smtp_user_name, password, total_limit, hourly_limit, status) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (smtp_user_name) DO UPDATE SET
  password = excluded.password, total_limit = excluded.total_limit,
  hourly_limit = excluded.hourly_limit, status = excluded.status
"""


class SqliteAccount:
    """The account in an SQLite file that only its owner can read. Implements `Account`.

    One process owns the file, so that reading is answered from memory; every change is on the disk before it can
    be seen. Raises `InputError` for a file that is not such an account, `Refused` for one that is in use, and
    `StateError` when a change cannot be written.
    """

    def __init__(self, path: Path, *, rng: Random | None = None) -> None:
        self._connection = open_file(path)
        users = [_user(row) for row in self._connection.execute(_SELECT)]
        self._memory = MemoryAccount(rng=rng, users=users, save=self._write)

    @property
    def version(self) -> int:
        """A number that grows with every change."""
        return self._memory.version

    def users(self) -> tuple[ObservedUser, ...]:
        """Return every user, oldest first."""
        return self._memory.users()

    def past(self, *, changes: int = 0, seconds: float = 0.0) -> tuple[ObservedUser, ...]:
        """Return the users as they were `changes` changes, or `seconds` seconds, ago."""
        return self._memory.past(changes=changes, seconds=seconds)

    def add(self, total_limit: int, hourly_limit: int, status: Status = "Enable") -> ObservedUser:
        """Make a user."""
        return self._memory.add(total_limit, hourly_limit, status)

    def fill(self, settings: Iterable[Settings]) -> None:
        """Make many users in one transaction."""
        self._memory.fill(settings)

    def edit(
        self,
        smtp_user_name: str,
        *,
        total_limit: int | None = None,
        hourly_limit: int | None = None,
        status: Status | None = None,
    ) -> ObservedUser:
        """Set what is not None."""
        return self._memory.edit(smtp_user_name, total_limit=total_limit, hourly_limit=hourly_limit, status=status)

    def reset(self, smtp_user_name: str) -> ObservedUser:
        """Give the user a new password."""
        return self._memory.reset(smtp_user_name)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _write(self, changed: Sequence[ObservedUser]) -> None:
        """Put `changed` on the disk in one transaction. The lock of `MemoryAccount` is held."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            with self._connection:
                self._connection.executemany(_UPSERT, map(_row, changed))
        except sqlite3.Error as error:
            raise StateError(
                f"the sandbox's account cannot be written: {error}", "look at the disk that holds --data"
            ) from error


def _user(row: tuple[str, str, int, int, Status]) -> ObservedUser:
    smtp_user_name, password, total_limit, hourly_limit, status = row
    return ObservedUser(smtp_user_name, Settings(total_limit, hourly_limit, status), Secret(password))


def _row(user: ObservedUser) -> tuple[str, str, int, int, Status]:
    settings = user.settings
    return (
        user.smtp_user_name,
        user.password.reveal(),
        settings.total_limit,
        settings.hourly_limit,
        settings.status,
    )
