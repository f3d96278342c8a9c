"""What is said to PostgreSQL about the state: its two tables, and the statements that read and write them.

The version is the row's serial and a digest that the database itself keeps of the document. The serial never comes
back while the history is there, not even after the row was deleted, and the digest sees what a person changed by
hand. A swap is one statement: document, history and pruning are written together or not at all, and the document
crosses the network once.
"""

from __future__ import annotations

import hashlib
import re

from sarv_sync.errors import InputError
from sarv_sync.values import dataclass

DEFAULT_TABLE = "sarv_sync_state"

_SCHEMA = "public"
_HISTORY = "_history"
_LONGEST = 63 - len(_HISTORY)
_NAME = re.compile(r"[a-z_][a-z0-9_]*")

READ = "SELECT serial, digest, document FROM {documents} WHERE name = %(name)s"
VERSION = "SELECT serial, digest FROM {documents} WHERE name = %(name)s"

ABSENT = """
SELECT pg_is_in_recovery(),
       EXISTS (SELECT FROM pg_namespace WHERE nspname = %(schema)s),
       EXISTS (SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
               WHERE n.nspname = %(schema)s AND c.relname = %(table)s AND row_security_active(c.oid))
"""
"""Why nothing may be seen though something is there: a standby that is behind, no such schema, hidden rows."""

_FIRST = """
INSERT INTO {documents} (name, serial, document, written_at)
SELECT %(name)s, coalesce(max(serial), 0) + 1, %(document)b, now() FROM {history} WHERE name = %(name)s
ON CONFLICT (name) DO NOTHING
"""
_NEXT = """
UPDATE {documents} AS d
SET serial = greatest(d.serial, (SELECT max(h.serial) FROM {history} AS h WHERE h.name = d.name)) + 1,
    document = %(document)b, written_at = now()
WHERE d.name = %(name)s AND d.serial = %(serial)s AND d.digest = %(digest)s
"""
_KEEPING = """
WITH written AS ({change} RETURNING name, serial, digest, document, written_at),
kept AS (
    INSERT INTO {{history}} (name, serial, document, written_at, written_by)
    SELECT name, serial, document, written_at, current_user || ': ' || %(headline)s FROM written
),
pruned AS (
    DELETE FROM {{history}} AS old USING written
    WHERE old.name = written.name AND old.serial <= written.serial - %(history)s
)
SELECT serial, digest FROM written
"""
FIRST = _KEEPING.format(change=_FIRST)
NEXT = _KEEPING.format(change=_NEXT)
"""The document where there is none, and in place of one version. No row comes back: somebody else was faster."""

BEGIN = """
BEGIN ISOLATION LEVEL READ COMMITTED;
SET LOCAL lock_timeout = {lock};
SET LOCAL statement_timeout = {statement};
SET LOCAL idle_in_transaction_session_timeout = {statement};
SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') <> 'remote_apply';
"""
"""Once more isolated, a swap that came too late would be an error in place of no row. What was answered must survive
a crash, whatever this database's default; and of a machine that vanishes in the middle no lock may be left."""

CREATE = """\
CREATE TABLE IF NOT EXISTS {documents} (
    name text PRIMARY KEY,
    serial bigint NOT NULL,
    document bytea NOT NULL,
    digest text NOT NULL GENERATED ALWAYS AS (encode(sha256(document), 'hex')) STORED,
    written_at timestamptz NOT NULL
);
CREATE TABLE IF NOT EXISTS {history} (
    name text,
    serial bigint,
    document bytea NOT NULL,
    written_at timestamptz NOT NULL,
    written_by text NOT NULL,
    PRIMARY KEY (name, serial)
);
"""
MAKE = "SELECT pg_advisory_xact_lock({key});\n" + CREATE
"""CREATE TABLE IF NOT EXISTS fails if another one makes the table that very moment, so they queue."""

_GRANTS = """
-- For the role that runs `sarv-sync apply` (not the owner; it needs nothing more):
--   GRANT USAGE ON SCHEMA {schema} TO sarv_sync;
--   GRANT SELECT, INSERT, UPDATE ON {documents} TO sarv_sync;
--   GRANT SELECT, INSERT, DELETE ON {history} TO sarv_sync;
-- For a role that only reads, as for `sarv-sync plan`:
--   GRANT USAGE ON SCHEMA {schema} TO sarv_sync_reader;
--   GRANT SELECT ON {documents} TO sarv_sync_reader;
"""


@dataclass(frozen=True, slots=True)
class Table:
    """Where the documents are. `schema` is never left to a search path: that is another one for another role."""

    schema: str
    name: str

    @property
    def history(self) -> str:
        """The name of the table that the history is kept in."""
        return self.name + _HISTORY

    @property
    def key(self) -> int:
        """A number for an advisory lock that nobody else is likely to take."""
        return int.from_bytes(hashlib.sha256(f"sarv-sync {self}".encode()).digest()[:8], "big", signed=True)

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


def parsed(table: str) -> Table:
    """Return what `table` names, in the schema public unless it names another; raise `InputError`."""
    first, dot, second = table.partition(".")
    schema, name = (first, second) if dot else (_SCHEMA, first)
    if not (_NAME.fullmatch(schema) and _NAME.fullmatch(name)):
        raise InputError(
            f"`state.table` cannot be {table[:80]!r}",
            "a name, or a schema and a name with a dot between: each of lower-case letters, digits and underscores",
        )
    if len(name) > _LONGEST or len(schema) > 63:
        raise InputError("`state.table` is too long", f"at most {_LONGEST} characters, the schema at most 63")
    return Table(schema, name)


def ddl(table: str = DEFAULT_TABLE) -> str:
    """Return the SQL that makes the tables of `state.table`, and what to grant; raise `InputError`."""
    place = parsed(table)
    schema = f'"{place.schema}"'
    names = {"documents": f'{schema}."{place.name}"', "history": f'{schema}."{place.history}"'}
    made = "" if place.schema == _SCHEMA else f"CREATE SCHEMA IF NOT EXISTS {schema};\n"
    return f"{made}{CREATE.format(**names)}{_GRANTS.format(schema=schema, **names)}"
