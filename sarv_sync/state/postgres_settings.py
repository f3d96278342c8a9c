"""What `state:` says of a place in PostgreSQL, checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict

from sarv_sync.errors import InputError
from sarv_sync.state.postgres_sql import DEFAULT_TABLE, Table, parsed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sarv_sync.state.interface import Site

_PORTS = re.compile(r"[0-9,]*")
_DEFAULT_NAME = "default"
_LONGEST_NAME = 200
_DEFAULT_HISTORY = 100

_SECRETS = frozenset({
    "oauth_client_secret", "password", "scram_client_key", "scram_server_key", "sslpassword",
})  # fmt: skip

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
    """Where the document is. `parameters` are libpq's; `secret` is a password that no text may show."""

    parameters: Mapping[str, str]
    table: Table
    name: str
    history: int
    where: str
    secret: str | None = None


def settings_of(options: Mapping[str, Any], site: Site) -> Settings:
    """Return what `options` say; raise `InputError` for what cannot be used."""
    table = parsed(options.get("table", DEFAULT_TABLE))
    name = _checked_name(options.get("name", _DEFAULT_NAME))
    history = options.get("history", _DEFAULT_HISTORY)
    if history < 1:
        raise InputError("`state.history` is less than 1", "the document itself is the newest that is kept")
    given = _parsed(options.get("conninfo", ""))
    found = {option.keyword.decode(): option.val.decode() for option in pq.Conninfo.get_defaults() if option.val}
    parameters = {**_added({**found, **given}, site), **given, "client_encoding": "UTF8"}
    where = f"{_server({**found, **given})}, table {table}, row {name}"
    return Settings(parameters, table, name, history, where, site.environment.get("PGPASSWORD"))


def _checked_name(name: str) -> str:
    if not name.isprintable() or not 0 < len(name) <= _LONGEST_NAME:
        raise InputError(
            "`state.name` cannot be the name of a row",
            f"1 to {_LONGEST_NAME} printable characters, as in `production`",
        )
    return name


def _parsed(conninfo: str) -> dict[str, str]:
    given: dict[str, str] | None
    try:
        given = {key: str(value) for key, value in conninfo_to_dict(conninfo).items()}
    except (psycopg.Error, ValueError):
        given = None
    if given is None or not _PORTS.fullmatch(given.get("port", "")):
        # Neither in libpq's words nor in one's own: what is out of place may be a part of a password.
        raise InputError(
            "`state.conninfo` is not what libpq takes", "write it as in `host=db.example.net dbname=ops`"
        )
    if secrets := sorted(_SECRETS & given.keys()):
        raise InputError(
            f"`state.conninfo` holds a secret ({', '.join(secrets)})",
            "take it out; set PGPASSWORD, or use a passfile (~/.pgpass) or a service file",
        )
    return given


def _added(effective: Mapping[str, str], site: Site) -> dict[str, str]:
    """Return what is set in place of libpq's own defaults.

    Naming authorities makes libpq check them even where `sslmode` asks for no check, so only where it does.
    """
    added = {key: value for key, value in _UNLESS_SET.items() if key not in effective}
    if site.ca_bundle and "sslrootcert" not in effective and effective.get("sslmode", "").startswith("verify-"):
        added["sslrootcert"] = site.ca_bundle
    return added


def _server(effective: Mapping[str, str]) -> str:
    """Return which server is meant, for people. A host that is a folder is where its socket is."""
    host = effective.get("host") or effective.get("hostaddr")
    if not host and "service" in effective:
        return f"PostgreSQL service {effective['service']}"
    port = effective.get("port", "5432")
    there = f" at {host or 'this machine'}" + (f":{port}" if port != "5432" else "")
    database = f", database {effective['dbname']}" if "dbname" in effective else ""
    return f"PostgreSQL{there}{database}"
