"""What a file or a flag may say of the connection to PostgreSQL.

libpq takes some fifty settings there. Among them are ones that load a library, write a file, or send one of the
user's passwords to somebody else, and the file may be changed by whoever proposes a change. So only what is listed
here is taken from it; the rest is for whoever runs the program, in the environment and the files of libpq.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sarv_sync.errors import InputError
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SECRETS = frozenset({
    "oauth_client_secret", "password", "scram_client_key", "scram_server_key", "sslpassword",
})  # fmt: skip

_TEXT = (r".*", "printable text")
_NUMBER = (r"[0-9]{1,9}", "a number")
_PORT = r"(0*([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?"


def _one_of(*words: str) -> tuple[str, str]:
    return "|".join(words), f"one of {', '.join(words)}"


_ALLOWED: dict[str, tuple[str, str]] = {
    "application_name": _TEXT,
    "channel_binding": _one_of("disable", "prefer", "require"),
    "connect_timeout": (_NUMBER[0], "a number of seconds"),
    # Where a program hands it to libpq as the name of a database, one that looks like a conninfo is read as one.
    "dbname": (r"(?!postgres(ql)?://)[^=]*", "the name of a database, and no conninfo or URI itself"),
    "host": _TEXT,
    "keepalives": _one_of("0", "1"),
    "keepalives_count": _NUMBER,
    "keepalives_idle": _NUMBER,
    "keepalives_interval": _NUMBER,
    "load_balance_hosts": _one_of("disable", "random"),
    "port": (rf"{_PORT}(,{_PORT})*", "a number from 1 to 65535, or several with commas between"),
    "sslmode": _one_of("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    # `system` is no danger: libpq then insists on verify-full. What has a scheme is no path but a store of keys.
    "sslrootcert": (r"(?![A-Za-z][A-Za-z0-9+.-]+:).*", "the path of a file, or `system`"),
    "target_session_attrs": _one_of("any", "read-write", "read-only", "primary", "standby", "prefer-standby"),
    "tcp_user_timeout": (_NUMBER[0], "a number of milliseconds"),
    "user": _TEXT,
}
"""Each with what its value has to look like, and how that is said."""

_TRUSTED = frozenset({"channel_binding", "port", "sslmode", "sslrootcert"})
"""Beside the host: what decides who gets a password, and how well it is known who that is."""


@dataclass(frozen=True, slots=True)
class Option:
    """A setting of libpq's: its value, the one that it has by itself, and the environment variable that sets it."""

    key: str
    value: str | None
    own: str
    variable: str


def checked(options: Sequence[Option]) -> dict[str, str]:
    """Return what a conninfo says that was parsed into `options`; raise `InputError`. No value is ever shown."""
    given = {option.key: option.value for option in options if option.value is not None}
    _check_keys(given, {option.key: option.variable for option in options})
    for key, value in sorted(given.items()):
        _check_value(key, value)
    ports = given.get("port", "").count(",")
    if ports and ports != given.get("host", "").count(","):
        raise InputError("`state.conninfo` has not as many ports as hosts", "name one port, or one for each host")
    return given


def _check_keys(given: Mapping[str, str], variables: Mapping[str, str]) -> None:
    if secrets := sorted(_SECRETS & given.keys()):
        raise InputError(
            f"`state.conninfo` holds a secret ({', '.join(secrets)})",
            "take it out; set PGPASSWORD, or use a passfile (~/.pgpass) or a service file",
        )
    if refused := sorted(given.keys() - _ALLOWED.keys()):
        named = [variables[key] or f"a service file (PGSERVICE) with {key}" for key in refused]
        raise InputError(
            f"`state.conninfo` may not say {', '.join(refused)}",
            f"take it out: that is for whoever runs the program to say, by {', '.join(named)}",
        )


def _check_value(key: str, value: str) -> None:
    pattern, meaning = _ALLOWED[key]
    if not value.isprintable() or not re.fullmatch(pattern, value):
        raise InputError(f"`state.conninfo` has a {key} that cannot be used", f"it has to be {meaning}")


def check_agreement(given: Mapping[str, str], defaults: Sequence[Option], environment: Mapping[str, str]) -> None:
    """Raise `InputError` where `given` would take the place of what whoever runs the program says of the server.

    libpq would let it. But then the file decided who gets a password that is meant for another server.
    """
    stated = {option.key: option for option in defaults if _is_stated(option, environment)}
    if "host" in given and ("host" not in stated or given["host"] != stated["host"].value):
        _disagree("host", ("PGHOST", "PGHOSTADDR", "PGSERVICE"), environment)
    for key in sorted(_TRUSTED & given.keys() & stated.keys()):
        if given[key] != stated[key].value:
            _disagree(key, (stated[key].variable, "PGSERVICE"), environment)


def _is_stated(option: Option, environment: Mapping[str, str]) -> bool:
    """Return whether the environment says it, or the service that it names.

    What a service says cannot be told from libpq's own default if it is the same; of a port that is common.
    """
    by_service = option.key == "port" and environment.get("PGSERVICE")
    return bool(option.value and (option.value != option.own or environment.get(option.variable) or by_service))


def _disagree(key: str, variables: Sequence[str], environment: Mapping[str, str]) -> None:
    if named := [name for name in variables if environment.get(name)]:
        raise InputError(
            f"`state.conninfo` has another {key} than {', '.join(named)}",
            f"unset {' and '.join(named)}, or take {key} out of `state.conninfo`",
        )
