from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from psycopg import conninfo, pq

from sarv_sync.errors import InputError
from sarv_sync.state.interface import Site
from sarv_sync.state.postgres.settings import settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping

ALLOWED = {
    "application_name": "ours",
    "channel_binding": "require",
    "connect_timeout": "5",
    "dbname": "ops",
    "host": "db1,db2",
    "keepalives": "1",
    "keepalives_count": "3",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "load_balance_hosts": "random",
    "port": "5432,65535",
    "sslmode": "verify-full",
    "sslrootcert": "/etc/ssl/ours.pem",
    "target_session_attrs": "prefer-standby",
    "tcp_user_timeout": "3000",
    "user": "ann",
}
SECRET = {"password", "sslpassword", "scram_client_key", "scram_server_key", "oauth_client_secret"}
KEYWORDS = {option.keyword.decode(): (option.envvar or b"").decode() for option in pq.Conninfo.get_defaults()}
REFUSED = sorted(KEYWORDS.keys() - ALLOWED.keys() - SECRET)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PG")]:
        monkeypatch.delenv(name)


def parameters(text: str) -> Mapping[str, str]:
    return settings_of({"conninfo": text}, Site(Path(), {})).parameters


def refusal(text: str) -> InputError:
    with pytest.raises(InputError, match=r"state\.conninfo") as refused:
        parameters(text)
    assert refused.value.hint
    return refused.value


def test_what_a_file_may_say_is_said_to_libpq() -> None:
    spaced = " ".join(f"{key}={value}" for key, value in ALLOWED.items())
    rest = {key: value for key, value in ALLOWED.items() if key not in {"user", "host", "port", "dbname"}}
    uri = "postgresql://ann@db1:5432,db2:65535/ops?" + "&".join(f"{key}={value}" for key, value in rest.items())

    for text in (spaced, uri):
        assert parameters(text).items() >= ALLOWED.items()


@pytest.mark.parametrize("key", REFUSED)
def test_all_else_that_libpq_takes_is_refused_and_said_where_it_belongs(key: str) -> None:
    for text in (f"host=db {key}=hunter2", f"postgresql://db/ops?{key}=hunter2", f"{key}=''"):
        refused = refusal(text)

        assert f"may not say {key}" in refused.message
        assert (KEYWORDS[key] or f"a service file (PGSERVICE) with {key}") in str(refused.hint)
        assert "hunter2" not in f"{refused.message} {refused.hint}"


def test_what_loads_a_library_or_sends_a_password_elsewhere_is_among_it() -> None:
    dangerous = {"sslkey", "sslcert", "hostaddr", "require_auth", "service", "passfile", "options", "krbsrvname"}

    assert dangerous < set(REFUSED)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("sslmode", "verify"),
        ("sslmode", "Disable"),
        ("sslmode", ""),
        ("connect_timeout", "soon"),
        ("connect_timeout", "-1"),
        ("connect_timeout", "1e3"),
        ("connect_timeout", "9999999999"),
        ("target_session_attrs", "write"),
        ("channel_binding", "yes"),
        ("load_balance_hosts", "yes"),
        ("keepalives", "2"),
        ("keepalives_idle", "x"),
        ("tcp_user_timeout", "x"),
        ("port", "0"),
        ("port", "65536"),
        ("port", "5432;"),
        ("port", "1,2,3"),
        ("sslrootcert", "pkcs11:token=x"),
        ("sslrootcert", "ENGINE:x"),
        ("sslrootcert", "file:///x"),
        ("host", "a\nb"),
        ("user", "\x1b[2J"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_before_anybody_is_asked(key: str, value: str) -> None:
    refused = refusal(f"{key}='{value}'")

    assert key.removesuffix("s") in refused.message


@pytest.mark.parametrize(
    "value", ["sslkey=ENGINE:x", "host=evil", "postgresql://evil/ops", "postgres://evil?sslkey=x"]
)
def test_the_name_of_a_database_is_no_conninfo_itself(value: str) -> None:
    assert "dbname" in refusal(f"host=db dbname='{value}'").message
    assert "dbname" in refusal("postgresql://db?dbname=" + value.replace("=", "%3D").replace("?", "%3F")).message


@pytest.mark.parametrize("value", ["/etc/ssl/ours.pem", "ours.pem", "system", "C:\\\\ours.pem", ""])
def test_authorities_are_in_a_file_or_the_system_s(value: str) -> None:
    assert "sslrootcert" in parameters(f"sslrootcert='{value}'")


def test_what_libpq_would_read_in_another_way_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where its `isspace` takes a byte of `Å` for a space, what follows is a setting of its own."""
    as_here = conninfo.make_conninfo
    monkeypatch.setattr(conninfo, "make_conninfo", lambda **given: as_here(**given).replace("Å", " "))

    assert refusal("user=annÅsslkey=x").hint


def test_a_conninfo_that_ends_for_libpq_before_it_ends_is_refused() -> None:
    assert refusal("host=db\0sslkey=x").hint


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Define a service that names its server."""
    (tmp_path / "services").write_text("[ours]\nhost=db\nport=5432\nsslmode=require\n")
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(
    ("variables", "said", "key", "named"),
    [
        ({"PGHOST": "db"}, "host=evil", "host", "PGHOST"),
        ({"PGHOST": "db"}, "postgresql://evil/ops", "host", "PGHOST"),
        ({"PGHOST": "db"}, "host=db,evil", "host", "PGHOST"),
        ({"PGHOST": "db"}, "host=''", "host", "PGHOST"),
        ({"PGHOSTADDR": "10.0.0.1"}, "host=evil", "host", "PGHOSTADDR"),
        ({"PGHOSTADDR": "10.0.0.1", "PGHOST": "db"}, "host=evil", "host", "PGHOST, PGHOSTADDR"),
        ({"PGSERVICE": "ours"}, "host=evil", "host", "PGSERVICE"),
        ({"PGSERVICE": "ours"}, "port=5433", "port", "PGSERVICE"),
        ({"PGSERVICE": "ours"}, "sslmode=disable", "sslmode", "PGSERVICE"),
        ({"PGPORT": "5432"}, "port=5433", "port", "PGPORT"),
        ({"PGSSLMODE": "verify-full"}, "sslmode=disable", "sslmode", "PGSSLMODE"),
        ({"PGSSLROOTCERT": "/ours.pem"}, "sslrootcert=theirs.pem", "sslrootcert", "PGSSLROOTCERT"),
        ({"PGCHANNELBINDING": "require"}, "channel_binding=disable", "channel_binding", "PGCHANNELBINDING"),
    ],
)
def test_a_file_has_no_say_in_what_the_environment_says_of_the_server(
    variables: dict[str, str], said: str, key: str, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    refused = refusal(said)

    assert refused.message == f"`state.conninfo` has another {key} than {named}"
    assert refused.hint == f"unset {named.replace(', ', ' and ')}, or take {key} out of `state.conninfo`"


@pytest.mark.usefixtures("service")
def test_a_file_may_say_what_the_environment_says_too_or_leaves_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSERVICE", "ours")
    assert parameters("host=db port=5432 sslmode=require")["sslmode"] == "require"

    monkeypatch.delenv("PGSERVICE")
    for name, value in (("PGHOST", "db"), ("PGHOSTADDR", "10.0.0.1")):
        monkeypatch.setenv(name, value)
        assert parameters("host=db port=6432 sslmode=require")["port"] == "6432"
