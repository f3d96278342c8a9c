"""What can go wrong with a database, and what to do about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sarv_sync.state.postgres.connecting import CROWDED, DATABASE, LATER, PASSWORD, STANDBY, unconnected
from sarv_sync.state.postgres.session import NoAnswer, NoConnection

if TYPE_CHECKING:
    import psycopg

_LONGEST = 200

_RIGHTS = "`sarv-sync state ddl` shows the tables and what to grant; whoever owns the database runs that"
_SHAPE = "the table is not one that this program made; choose another `state.table`, or see `sarv-sync state ddl`"
_FULL = "make room on the disk of the server, then run the command again"
_SLOW = "see what holds a lock or is slow there (pg_stat_activity), then run the command again"
_ANY = "check `state.conninfo`, the server and its log, then run the command again"

_CODES: dict[str, str] = {
    "08": LATER,
    "22P05": "choose a `state.name` that the encoding of the database knows",
    "25006": STANDBY,
    "28": PASSWORD,
    "3D000": DATABASE,
    "3F000": _RIGHTS,
    "40": LATER,
    "42501": _RIGHTS,
    "42703": _SHAPE,
    "42804": _SHAPE,
    "42809": _SHAPE,
    "42P10": _SHAPE,
    "53100": _FULL,
    "53": CROWDED,
    "55P03": _SLOW,
    "57014": _SLOW,
    "57": LATER,
    "58": _FULL,
}
"""By SQLSTATE, or the class that it begins with."""

_LOST = re.compile("closed the connection|connection .*(lost|closed|reset)|timed out", re.IGNORECASE)
_PREFIX = re.compile(r"^(consuming input failed: )?(FATAL: +)?")


def explained(error: psycopg.Error, password: str | None = None) -> tuple[str, str]:
    """Return what `error` is about in one short line, without `password`, and what to do about it.

    `password` is the one that the server was sent, if any.
    """
    if isinstance(error, NoConnection):
        return unconnected(str(error))
    text = (error.diag.message_primary or str(error)).strip()
    reason = _line(_PREFIX.sub("", text), password)
    return reason or "no reason was given", _hint(error, text)


def _line(text: str, password: str | None) -> str:
    """Return the first line of a text from outside as something that may be shown."""
    if password:
        text = text.replace(password, "…")
    first = text.partition("\n")[0]
    clean = "".join(sign if sign.isprintable() else " " for sign in first).strip()
    return clean if len(clean) <= _LONGEST else clean[: _LONGEST - 1] + "…"


def _hint(error: psycopg.Error, text: str) -> str:
    if isinstance(error, NoAnswer):
        return _SLOW
    code = error.sqlstate
    if code is not None:
        return _CODES.get(code) or _CODES.get(code[:2]) or _ANY
    return LATER if _LOST.search(text) else _ANY
