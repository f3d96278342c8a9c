"""Opening the file of a `SqliteAccount`: private, exclusive, and never somebody else's database."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

from sarv_sync.errors import InputError, Refused

if TYPE_CHECKING:
    from pathlib import Path

_APPLICATION_ID = 0x53617276  # "Sarv"
_LAYOUT = 1
_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE smtp_user (
  smtp_user_name TEXT NOT NULL PRIMARY KEY,
  password TEXT NOT NULL,
  total_limit INTEGER NOT NULL CHECK (total_limit > 0),
  hourly_limit INTEGER NOT NULL CHECK (hourly_limit > 0),
  status TEXT NOT NULL CHECK (status IN ('Enable', 'Disable'))
);
PRAGMA application_id = {_APPLICATION_ID};
PRAGMA user_version = {_LAYOUT};
COMMIT;
"""
_ANOTHER = "give --data another path; a file that does not exist is made"


def open_file(path: Path) -> sqlite3.Connection:
    """Return a connection to the account in `path`, making the file if need be.

    Raises `InputError` if the file cannot be opened or is something else, `Refused` if another process has it.
    """
    _make_private(path)
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        _prepare(connection, path)
    except BaseException as error:
        connection.close()
        if isinstance(error, (sqlite3.Error, OSError)):
            raise _translated(error, path) from error
        raise
    return connection


def _make_private(path: Path) -> None:
    # Before SQLite sees it: SQLite would make the file readable to others, and its journals copy the file's mode.
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise InputError(f"cannot open {str(path)!r}: {error.strerror}", _ANOTHER) from error


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    # With WAL the lock is taken by the first look at the file, so that a second sandbox fails when it starts.
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (layout,) = connection.execute("PRAGMA user_version").fetchone()
    if tables and (application, layout) != (_APPLICATION_ID, _LAYOUT):
        raise InputError(f"{str(path)!r} is a database, but not an account of this sandbox", _ANOTHER)
    path.chmod(0o600)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    if not tables:
        connection.executescript(_SCHEMA)


def _translated(error: sqlite3.Error | OSError, path: Path) -> InputError | Refused:
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return Refused(f"{str(path)!r} is in use by another sandbox", "stop that one, or give --data another path")
    return InputError(f"{str(path)!r} cannot be used: {error}", _ANOTHER)
