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
USERS = ("postgres", READER, "sarv_sync", "sarv_sync_reader")

_COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"


class Database:
    """Documents in tables of one database: `front` is asked for them."""

    def __init__(self, server: Server, front: Server) -> None:
        self.server = server
        self.front = front

    def access(self, folder: Path) -> Access:
        return _row(folder, self.front.conninfo())

    def damage(self, folder: Path, data: bytes) -> None:
        table = sql.Identifier("public", _table(folder))
        with psycopg.connect(self.server.conninfo(), autocommit=True) as connection:
            changed = connection.execute(sql.SQL("UPDATE {} SET document = %b").format(table), [data])
            assert changed.rowcount == 1

    def read_only(self, folder: Path) -> Access:
        return _row(folder, self.front.conninfo(user=READER))

    def unreachable(self, folder: Path) -> Access:
        return _row(folder, self.front.conninfo(port=free_port()))

    @contextmanager
    def cut(self, folder: Path, when: When) -> Iterator[Access]:
        with cutting(self.front.port, when, _is_commit) as port:
            yield _row(folder, self.front.conninfo(port=port))


def _is_commit(said: bytes) -> bool:
    """Return whether a client says that what it wrote shall count."""
    return _COMMIT in said


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
    """Yield the same behind a pooler, which has to be told who may come."""
    with _cluster(folder) as server, bouncer(folder, server.port, USERS) as pooler:
        yield Database(server, pooler)


@contextmanager
def _cluster(folder: Path) -> Iterator[Server]:
    with cluster(folder) as server:
        server.sql(
            f"CREATE ROLE {READER} LOGIN",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {READER}",
        )
        yield server
