"""What `state:` says of a place in PostgreSQL, checked."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import conninfo as library
from psycopg import pq

from sarv_sync.errors import InputError
from sarv_sync.model.backends import DOCUMENTS
from sarv_sync.state.postgres.conninfo import Option, check_agreement, checked
from sarv_sync.state.postgres.statements import DEFAULT_TABLE, Table, parsed
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sarv_sync.state.interface import Site

_DEFAULT_NAME = DOCUMENTS["postgres"].default
_LONGEST_NAME = 200
_DEFAULT_HISTORY = 100

_UNLESS_SET = {
    "connect_timeout": "10",
    "fallback_application_name": "sarv-sync",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""So that a network that is gone is noticed within half a minute: otherwise the kernel waits for hours.

Nothing of it is sent but the name, which PgBouncer takes too.
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the document is. `parameters` are libpq's."""

    parameters: Mapping[str, str]
    table: Table
    name: str
    history: int
    where: str


def settings_of(options: Mapping[str, Any], site: Site) -> Settings:
    """Return what `options` say; raise `InputError` for what cannot be used."""
    table = parsed(options.get("table", DEFAULT_TABLE))
    name = _checked_name(options.get("name", _DEFAULT_NAME))
    history = options.get("history", _DEFAULT_HISTORY)
    if history < 1:
        raise InputError("`state.history` is less than 1", "the document itself is the newest that is kept")
    given = _parsed(options.get("conninfo", ""))
    defaults = _options(pq.Conninfo.get_defaults())
    check_agreement(given, defaults, os.environ)  # which is where libpq looks itself
    found = {option.key: option.value for option in defaults if option.value}
    parameters = {**_added({**found, **given}, site), **given, "client_encoding": "UTF8"}
    where = f"{_server({**found, **given})}, table {table}, row {name}"
    return Settings(parameters, table, name, history, where)


def _checked_name(name: str) -> str:
    if not name.isprintable() or not 0 < len(name) <= _LONGEST_NAME:
        raise InputError(
            "`state.name` cannot be the name of a row",
            f"1 to {_LONGEST_NAME} printable characters, as in `production`",
        )
    return name


def _parsed(conninfo: str) -> dict[str, str]:
    """Return what `conninfo` says, which is looked at and nothing else; raise `InputError`."""
    options = _understood(conninfo)
    if options is None:
        # Neither in libpq's words nor in one's own: what is out of place may be a part of a password.
        raise InputError(
            "`state.conninfo` is not what libpq takes", "write it as in `host=db.example.net dbname=ops`"
        )
    given = checked(options)
    if not _survives(given):
        raise InputError("`state.conninfo` has a value that libpq reads in another way", "use ASCII characters")
    return given


def _understood(conninfo: str) -> list[Option] | None:
    if "\0" in conninfo:  # for libpq it ends there
        return None
    try:
        return _options(pq.Conninfo.parse(conninfo.encode()))
    except (psycopg.Error, ValueError):
        return None


def _options(options: Iterable[pq.ConninfoOption]) -> list[Option]:
    return [
        Option(
            option.keyword.decode(),
            None if option.val is None else option.val.decode(),
            (option.compiled or b"").decode(),
            (option.envvar or b"").decode(),
        )
        for option in options
    ]


def _survives(given: Mapping[str, str]) -> bool:
    """Return whether libpq gets out of it what was checked.

    It is put together again before it is used, and some systems take bytes for spaces that Python does not.
    """
    try:
        return library.conninfo_to_dict(library.make_conninfo(**given)) == given
    except (psycopg.Error, ValueError):
        return False


def _added(effective: Mapping[str, str], site: Site) -> dict[str, str]:
    """Return what is set in place of libpq's own defaults.

    Naming authorities makes libpq check them even where `sslmode` asks for no check, so only where it does.
    """
    added = {key: value for key, value in _UNLESS_SET.items() if key not in effective}
    if site.ca_bundle and "sslrootcert" not in effective and effective.get("sslmode", "").startswith("verify-"):
        added["sslrootcert"] = site.ca_bundle
    return added


def _server(effective: Mapping[str, str]) -> str:
    """Return which server is meant, for people: the address too, if it is not by the name that it is found.

    A host that is a folder is where its socket is.
    """
    host, address = effective.get("host"), effective.get("hostaddr")
    if not host and not address and "service" in effective:
        return f"PostgreSQL service {effective['service']}"
    if host and address:
        host = f"{host} ({address})"
    port = effective.get("port", "5432")
    there = f" at {host or address or 'this machine'}" + (f":{port}" if port != "5432" else "")
    database = f", database {effective['dbname']}" if "dbname" in effective else ""
    return f"PostgreSQL{there}{database}"
