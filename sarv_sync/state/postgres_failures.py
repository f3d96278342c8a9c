"""What can go wrong with a database, and what to do about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sarv_sync.state.postgres_session import NoAnswer

if TYPE_CHECKING:
    import psycopg

_LONGEST = 200

_LATER = "run the command again; what was under way is found out then"
_RIGHTS = "`sarv-sync state ddl` shows the tables and what to grant; whoever owns the database runs that"
_SHAPE = "the table is not one that this program made; choose another `state.table`, or see `sarv-sync state ddl`"
_STANDBY = "write to the primary: name it in `state.conninfo`, or all servers with target_session_attrs=read-write"
_PASSWORD = "check PGUSER and PGPASSWORD, ~/.pgpass or the service file; a password never stands in `state.conninfo`"  # noqa: S105
_FULL = "make room on the disk of the server, then run the command again"
_CROWDED = "close connections, or raise max_connections (of a pooler: its pool size), then run the command again"
_TLS = (
    "check sslmode and sslrootcert in `state.conninfo` (PGSSLMODE, PGSSLROOTCERT); for sslmode=verify-full"
    " SARV_CA_BUNDLE can name the authorities to trust"
)
_ADDRESS = "check `state.conninfo` (or PGHOST, PGPORT, PGSERVICE), the network and the firewall"
_HBA = "allow this user, database and address in pg_hba.conf, or use sslmode=require if it asks for TLS"
_DATABASE = "check dbname in `state.conninfo` (or PGDATABASE); a database is never made"
_SLOW = "see what holds a lock or is slow there (pg_stat_activity), then run the command again"
_POOLER = "a pooler refuses what PostgreSQL would take: unset PGOPTIONS"
_ANY = "check `state.conninfo`, the server and its log, then run the command again"

_CODES: dict[str, str] = {
    "08": _LATER,
    "22P05": "choose a `state.name` that the encoding of the database knows",
    "25006": _STANDBY,
    "28": _PASSWORD,
    "3D000": _DATABASE,
    "3F000": _RIGHTS,
    "40": _LATER,
    "42501": _RIGHTS,
    "42703": _SHAPE,
    "42804": _SHAPE,
    "42809": _SHAPE,
    "42P10": _SHAPE,
    "53100": _FULL,
    "53": _CROWDED,
    "55P03": _SLOW,
    "57014": _SLOW,
    "57": _LATER,
    "58": _FULL,
}
"""By SQLSTATE, or the class that it begins with."""

_WORDS: tuple[tuple[str, str], ...] = (
    ("pg_hba.conf", _HBA),
    ("startup parameter", _POOLER),
    ("too many", _CROWDED),
    ("connection slots", _CROWDED),
    ("no more connections", _CROWDED),
    ("query_wait_timeout", _CROWDED),
    ("database system is", _LATER),
    ("try again later", _LATER),
    ("closed the connection", _LATER),
    ("session is read-only", _STANDBY),
    ("session is not read-only", _STANDBY),
    ("server is in hot standby", _STANDBY),
    ("certificate", _TLS),
    ("SSL", _TLS),
    ("authentication", _PASSWORD),
    ("no password supplied", _PASSWORD),
    ("role ", _PASSWORD),
    ("no such user", _PASSWORD),
    ("database ", _DATABASE),
    ("no such database", _DATABASE),
    ("definition of service", _ADDRESS),
    ("refused", _ADDRESS),
    ("resol", _ADDRESS),
    ("not known", _ADDRESS),
    ("timeout", _ADDRESS),
    ("unreachable", _ADDRESS),
    ("No route", _ADDRESS),
    ("No such file", _ADDRESS),
)
"""Before there is a connection libpq has words alone, and they are English unless the server speaks otherwise."""

_PREFIX = re.compile(r"^(connection (failed|is bad): )?(connection to server at [^\n]{1,200}? failed: )?(FATAL: +)?")


def explained(error: psycopg.Error, secret: str | None = None) -> tuple[str, str]:
    """Return what `error` is about in one short line, without `secret`, and what to do about it."""
    text = (error.diag.message_primary or str(error)).strip()
    reason = _line(_PREFIX.sub("", text), secret)
    return reason or "no reason was given", _hint(error, text)


def _line(text: str, secret: str | None) -> str:
    """Return the first line of a text from outside as something that may be shown."""
    first = text.partition("\n")[0]
    if secret:
        first = first.replace(secret, "…")
    clean = "".join(sign if sign.isprintable() else " " for sign in first).strip()
    return clean if len(clean) <= _LONGEST else clean[: _LONGEST - 1] + "…"


def _hint(error: psycopg.Error, text: str) -> str:
    if isinstance(error, NoAnswer):
        return _SLOW
    code = error.sqlstate
    if code is not None:
        return _CODES.get(code) or _CODES.get(code[:2]) or _ANY
    return next((hint for words, hint in _WORDS if words in text), _ANY)
