"""A document in a row of a table, and the ones before it in another. Works behind a pooler too.

A read is one statement, repeated once if the connection turns out to be gone. A write is a transaction around one
statement; if the connection breaks meanwhile, it is found out by reading.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from sarv_sync.errors import StateError
from sarv_sync.state.doubt import InDoubt, settled
from sarv_sync.state.headline import headline
from sarv_sync.state.interface import Stored, lost
from sarv_sync.state.postgres import statements
from sarv_sync.state.postgres.failures import explained
from sarv_sync.state.postgres.session import Broken, NoAnswer, Session, answering
from sarv_sync.state.remote import Remote
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.state.postgres.settings import Settings

    Row = tuple[Any, ...]

_VERSION = re.compile(r"([1-9][0-9]{0,17})-([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds are waited for somebody else's lock, for a statement, and for the answer to a question.

    A document of 20 MB has to get through a slow line, so there is more time where one is transferred.
    """

    lock: float = 30
    statement: float = 120
    document: float = 150
    version: float = 30


class PostgresStore(Remote):
    """A document in a row. One instance belongs to one thread."""

    def __init__(self, settings: Settings, patience: Patience | None = None) -> None:
        self._settings = settings
        self._patience = patience or Patience()
        self._session = Session(settings.parameters)
        table = settings.table
        self._names = {
            "documents": sql.Identifier(table.schema, table.name),
            "history": sql.Identifier(table.schema, table.history),
        }

    def read(self) -> Stored | None:
        """Return the row's document, None if there is no such row, or no table yet."""
        row = self._found(statements.READ, self._patience.document)
        return None if row is None else Stored(row[2], _version(row))

    def version(self) -> str | None:
        """Return the row's serial and digest."""
        row = self._found(statements.VERSION, self._patience.version)
        return None if row is None else _version(row)

    def swap(self, expected: str | None, data: bytes) -> str:
        """Replace the row's document if it still is version `expected`, and keep it in the history too."""
        return settled(self, partial(self._attempt, expected, data), expected, data)

    def describe(self) -> str:
        """Return server, database, table and row."""
        return self._settings.where

    def _found(self, statement: str, seconds: float) -> Row | None:
        try:
            row = self._ask(statement, {"name": self._settings.name}, seconds)
        except psycopg.errors.UndefinedTable:
            row = None
        except psycopg.Error as error:
            raise self._failed("read", error) from None
        if row is None:
            self._check_absent()
        return row

    def _check_absent(self) -> None:
        """Raise `StateError` unless it is certain that nothing is there: it might only not be seen."""
        table = self._settings.table
        try:
            row = self._ask(statements.ABSENT, {"schema": table.schema, "table": table.name}, self._patience.version)
        except psycopg.Error as error:
            raise self._failed("read", error) from None
        behind, schema, hidden = row or (False, True, False)
        message = f"cannot tell whether there is a state: {self._settings.where}"
        if behind:
            raise StateError(f"{message}: the server is a standby", "ask the primary: a standby may be behind")
        if not schema:
            raise StateError(f"{message}: there is no such schema", "make it; `sarv-sync state ddl` shows how")
        if hidden:
            hint = "disable row-level security for the table, or grant the role BYPASSRLS"
            raise StateError(f"{message}: row-level security may hide the row", hint)

    def _ask(self, statement: str, values: dict[str, Any], seconds: float) -> Row | None:
        """Return the one row that answers a question; a question may be put again."""
        try:
            return self._asked(statement, values, seconds)
        except Broken as broken:
            if isinstance(broken.error, NoAnswer):
                raise broken.error from None
        try:
            return self._asked(statement, values, seconds)
        except Broken as broken:
            raise broken.error from None

    def _asked(self, statement: str, values: dict[str, Any], seconds: float) -> Row | None:
        with self._session.connection() as connection, answering(connection, seconds):
            return connection.execute(self._composed(statement), values, binary=True).fetchone()

    def _attempt(self, expected: str | None, data: bytes) -> str:
        try:
            version = self._written(expected, data)
        except Broken as broken:
            raise InDoubt(self._failed("write", broken.error)) from None
        except psycopg.Error as error:
            raise self._failed("write", error) from None
        if version is None:
            raise lost(self._settings.where)
        return version

    def _written(self, expected: str | None, data: bytes) -> str | None:
        """Return the new version, None if `expected` is not there. Makes the tables if they are missing.

        A run that has read a document makes none in place of a table that is gone.
        """
        try:
            return self._replaced(expected, data)
        except psycopg.errors.UndefinedTable:
            if expected is not None and self.version() is None:
                return None
        self._transaction(self._composed(statements.MAKE, key=sql.Literal(self._settings.table.key)))
        return self._replaced(expected, data)

    def _replaced(self, expected: str | None, data: bytes) -> str | None:
        parts = _VERSION.fullmatch(expected or "")
        values = {
            "name": self._settings.name,
            "serial": int(parts[1]) if parts else 0,  # which no row has: the database is asked all the same
            "digest": parts[2] if parts else "",
            "document": data,
            "history": self._settings.history,
            "headline": headline(data).encode("ascii", "replace").decode(),  # whatever the database can encode
        }
        statement = statements.FIRST if expected is None else statements.NEXT
        row = self._transaction(self._composed(statement), values)
        return None if row is None else _version(row)

    def _transaction(self, statement: sql.Composed, values: dict[str, Any] | None = None) -> Row | None:
        """Carry out `statement` durably and return the row that comes back, if any."""
        patience = self._patience
        begin = statements.BEGIN.format(lock=int(patience.lock * 1000), statement=int(patience.statement * 1000))
        with self._session.connection() as connection:
            with answering(connection, patience.version):
                connection.execute(begin)
            with answering(connection, patience.document):
                done = connection.execute(statement, values)
            with answering(connection, patience.version):
                connection.execute("COMMIT")
        return done.fetchone() if values else None

    def _composed(self, statement: str, **more: sql.Composable) -> sql.Composed:
        return sql.SQL(statement).format(**self._names, **more)

    def _failed(self, verb: str, error: psycopg.Error) -> StateError:
        reason, hint = explained(error, self._session.password)
        return StateError(f"cannot {verb} the state {self._settings.where}: {reason}", hint)


def _version(row: Row) -> str:
    return f"{row[0]}-{row[1]}"
