"""What the tests of PostgreSQL share: a document there, and somebody who sits at the server itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from psycopg.conninfo import conninfo_to_dict

from sarv_sync.state.interface import Site
from sarv_sync.state.postgres.settings import settings_of
from sarv_sync.state.postgres.store import Patience, PostgresStore
from tests.contract.conftest import Place
from tests.engines.catalog import open_store
from tests.engines.interface import Access
from tests.engines.postgres import Database

if TYPE_CHECKING:
    from sarv_sync.state.interface import Store
    from tests.engines.postgres_cluster import Server

everywhere = pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, marks=pytest.mark.xdist_group(kind)) for kind in ("pgbouncer", "postgres")],
    indirect=True,
)
"""Alone, and behind a pooler that gives every transaction another server connection."""

OTHERS = "SELECT {} FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"


def database(place: Place) -> Database:
    assert isinstance(place.engine, Database)
    return place.engine


def server(place: Place) -> Server:
    return database(place).server


def table(place: Place) -> str:
    return str(place.access.settings["table"])


def sql(place: Place, *statements: str) -> list[tuple[Any, ...]]:
    """Say something to the server itself; `{t}` stands for the table."""
    said = (text.replace("{t}", table(place)) for text in statements)
    return server(place).sql(*said, dbname=dbname(place))


def dbname(place: Place) -> str:
    return str(conninfo_to_dict(place.access.settings["conninfo"])["dbname"])


def opened(place: Place, user: str = "postgres", **options: object) -> Store:
    conninfo = database(place).front.conninfo(user=user, dbname=dbname(place))
    return open_store(Access({**place.access.settings, "conninfo": conninfo, **options}, {}), place.folder)


def impatient(place: Place, patience: Patience) -> Store:
    options = {key: value for key, value in place.access.settings.items() if key != "backend"}
    return PostgresStore(settings_of(options, Site(place.folder, {})), patience)


def fill(store: Store, *texts: bytes) -> str:
    version = store.version()
    for text in texts:
        version = store.swap(version, text)
    assert version is not None
    return version


def in_new_database(place: Place, setting: str, how: str = "") -> Place:
    """Return the place in a database of its own, made so, in which `setting` is the default."""
    name = f"d{table(place)}"
    sql(place, f"CREATE DATABASE {name} {how}", f"ALTER DATABASE {name} SET {setting}")
    access = Access({**place.access.settings, "conninfo": database(place).front.conninfo(dbname=name)}, {})
    return Place(place.kind, place.engine, place.folder, access)


def record(place: Place, expression: str) -> None:
    """Let the server write down the value of `expression` at every swap that replaces a document."""
    sql(
        place,
        "CREATE TABLE {t}_seen (value text)",
        "CREATE FUNCTION {t}_record() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN INSERT INTO {{t}}_seen VALUES ({expression}); RETURN NEW; END $$",
        "CREATE TRIGGER record BEFORE UPDATE ON {t} FOR EACH ROW EXECUTE FUNCTION {t}_record()",
    )


def recorded(place: Place) -> list[str]:
    return [value for (value,) in sql(place, "SELECT value FROM {t}_seen")]


def raising(place: Place, how: str, when: str = "true") -> None:
    """Let the server fail at every swap that replaces a document, where `when` holds."""
    sql(
        place,
        "CREATE FUNCTION {t}_raise() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN IF {when} THEN RAISE EXCEPTION {how}; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER raise AFTER UPDATE ON {t} FOR EACH ROW EXECUTE FUNCTION {t}_raise()",
    )


def wait_for_lock(place: Place) -> None:
    while not sql(place, "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%{t}%'"):
        pass
