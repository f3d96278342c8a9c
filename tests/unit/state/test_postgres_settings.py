from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from sarv_sync.errors import InputError
from sarv_sync.state.interface import Site
from sarv_sync.state.postgres.backend import open_postgres
from sarv_sync.state.postgres.settings import Settings, settings_of
from sarv_sync.state.postgres.statements import ddl

HERE = Site(Path(), {})


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PG")]:
        monkeypatch.delenv(name)


def settings(conninfo: str = "", site: Site = HERE, **options: object) -> Settings:
    return settings_of({"conninfo": conninfo, **options}, site)


@pytest.mark.parametrize(
    ("conninfo", "where"),
    [
        ("", "PostgreSQL at this machine, table public.sarv_sync_state, row default"),
        (
            "host=db.example.net dbname=ops",
            "PostgreSQL at db.example.net, database ops, table public.sarv_sync_state, row default",
        ),
        (
            "postgresql://ann@db.example.net:6432/ops?sslmode=require",
            "PostgreSQL at db.example.net:6432, database ops, table public.sarv_sync_state, row default",
        ),
    ],
)
def test_what_is_told_of_the_place_is_server_database_table_and_row(conninfo: str, where: str) -> None:
    assert open_postgres({"conninfo": conninfo}, HERE).describe() == where


def test_what_the_section_leaves_open_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "db.example.net")
    monkeypatch.setenv("PGDATABASE", "ops")

    assert settings(table="ops.state", name="production").where == (
        "PostgreSQL at db.example.net, database ops, table ops.state, row production"
    )


@pytest.mark.parametrize(
    ("environment", "server"),
    [
        ({"PGSERVICE": "ours"}, "service ours"),
        ({"PGHOSTADDR": "10.0.0.1"}, "at 10.0.0.1"),
        ({"PGHOSTADDR": "10.0.0.1", "PGHOST": "db.example.net"}, "at db.example.net (10.0.0.1)"),
    ],
)
def test_a_service_and_an_address_are_told(
    environment: dict[str, str], server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert settings().where.startswith(f"PostgreSQL {server}, table ")


@pytest.mark.parametrize(
    "conninfo",
    [
        "host=db.example.net password=hunter2",
        "password='hunter2'",
        "sslpassword=hunter2",
        "scram_client_key=hunter2",
        "oauth_client_secret=hunter2",
        "postgresql://ann:hunter2@db.example.net/ops",
        "postgresql://db.example.net/ops?password=hunter2",
        "host=db.example.net pass word=hunter2",
        "hunter2",
        "postgresql://db.example.net:hunter2:5/ops",
        "host=db.example.net\ud800hunter2",
    ],
)
def test_a_secret_in_the_section_or_what_may_be_one_is_refused_and_not_shown(conninfo: str) -> None:
    with pytest.raises(InputError) as refused:
        settings(conninfo)

    assert "hunter2" not in f"{refused.value.message} {refused.value.hint}"
    assert refused.value.hint


@pytest.mark.parametrize(
    "table",
    ["", ".", "a.", ".a", "a.b.c", "State", "a b", 'a"b', "a;b", "1a", "a-b", "ä", "a" * 56, "s" * 64 + ".a", "a\n"],
)
def test_a_table_that_would_need_quoting_or_has_no_room_for_its_history_is_refused(table: str) -> None:
    for use in (lambda: settings(table=table), lambda: ddl(table)):
        with pytest.raises(InputError, match=r"state\.table") as refused:
            use()
        assert refused.value.hint


@pytest.mark.parametrize("name", ["", "a\nb", "a\x00", "\x1b[2J", "n" * 201])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"state\.name"):
        settings(name=name)


def test_a_history_without_the_document_itself_is_refused() -> None:
    with pytest.raises(InputError, match=r"state\.history"):
        settings(history=0)


def test_a_network_that_is_gone_is_noticed_unless_the_user_waits_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings().parameters["connect_timeout"] == "10"
    assert settings().parameters["tcp_user_timeout"] == "30000"
    assert settings("connect_timeout=60").parameters["connect_timeout"] == "60"
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "60")
    assert "connect_timeout" not in settings().parameters


@pytest.mark.parametrize(
    ("conninfo", "trusted"),
    [
        ("sslmode=verify-full", "/bundle.pem"),
        ("sslmode=verify-ca", "/bundle.pem"),
        ("sslmode=verify-full sslrootcert=/own.pem", "/own.pem"),
        ("sslmode=require", None),
        ("", None),
    ],
)
def test_a_bundle_is_trusted_where_a_check_is_asked_for(conninfo: str, trusted: str | None) -> None:
    assert settings(conninfo, Site(Path(), {}, "/bundle.pem")).parameters.get("sslrootcert") == trusted


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(InputError) as missing:
        open_postgres({}, HERE)

    assert missing.value.hint == "pip install 'sarv-sync[postgres]'"


def test_the_ddl_makes_a_schema_that_is_named_and_says_what_to_grant() -> None:
    assert ddl().startswith('CREATE TABLE IF NOT EXISTS "public"."sarv_sync_state" (')
    assert ddl("ops.state").startswith('CREATE SCHEMA IF NOT EXISTS "ops";\n')
    assert '--   GRANT SELECT, INSERT, DELETE ON "ops"."state_history" TO sarv_sync;\n' in ddl("ops.state")
