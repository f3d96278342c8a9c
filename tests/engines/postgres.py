"""PostgreSQL, alone and behind PgBouncer: a table for each folder."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from tests.engines.cutting import cutting
from tests.engines.interface import Access
from tests.engines.postgres_cluster import Server, bouncer, cluster, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.engines.interface import Engine, When

READER = "reader"

_COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"


class Database:
    """Documents in tables of one database: `front` is asked for them."""

    def __init__(self, server: Server, front: Server) -> None:
        self._server = server
        self._front = front

    def access(self, folder: Path) -> Access:
        return _row(folder, self._front.conninfo())

    def damage(self, folder: Path, data: bytes) -> None:
        table = sql.Identifier("public", _table(folder))
        with psycopg.connect(self._server.conninfo(), autocommit=True) as connection:
            changed = connection.execute(sql.SQL("UPDATE {} SET document = %b").format(table), [data])
            assert changed.rowcount == 1

    def read_only(self, folder: Path) -> Access:
        return _row(folder, self._front.conninfo(user=READER))

    def unreachable(self, folder: Path) -> Access:
        return _row(folder, self._front.conninfo(port=free_port()))

    @contextmanager
    def cut(self, folder: Path, when: When) -> Iterator[Access]:
        with cutting(self._front.port, when, lambda said: _COMMIT in said) as port:
            yield _row(folder, self._front.conninfo(port=port))


def _row(folder: Path, conninfo: str) -> Access:
    return Access({"backend": "postgres", "conninfo": conninfo, "table": _table(folder)}, {})


def _table(folder: Path) -> str:
    return "state_" + hashlib.sha256(str(folder).encode()).hexdigest()[:16]


@contextmanager
def running(folder: Path) -> Iterator[Engine]:
    """Yield a cluster with somebody who may read every table that is made there, and no more."""
    with _cluster(folder) as server:
        yield Database(server, server)


@contextmanager
def running_pgbouncer(folder: Path) -> Iterator[Engine]:
    """Yield the same behind a pooler."""
    with _cluster(folder) as server, bouncer(folder, server.port, ["postgres", READER]) as pooler:
        yield Database(server, pooler)


@contextmanager
def _cluster(folder: Path) -> Iterator[Server]:
    with cluster(folder) as server:
        server.sql(
            f"CREATE ROLE {READER} LOGIN",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {READER}",
        )
        yield server
