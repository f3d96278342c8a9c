"""A PostgreSQL server that dies in the middle of a swap: the old document is there afterwards, or the new one."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import psycopg
import pytest

from sarv_sync.errors import StateError, SwapLost
from sarv_sync.state.interface import Site
from sarv_sync.state.postgres.settings import settings_of
from sarv_sync.state.postgres.store import Patience, PostgresStore
from tests.engines.postgres_cluster import bouncer, cluster

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sarv_sync.state.interface import Store
    from tests.engines.postgres_cluster import Server

pytestmark = pytest.mark.xdist_group("postgres")

CRASHES = 20 if os.environ.get("SARV_SYNC_SEARCH") == "deep" else 3
ENDS = (signal.SIGQUIT, signal.SIGINT)
"""At once, and in good order."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server that makes things last, as all do outside tests."""
    with cluster(tmp_path, {"fsync": "on"}) as server:
        yield server


def opened(server: Server) -> Store:
    """Open the document; a pooler that has lost its server lets everybody wait, and that need not be long here."""
    settings = settings_of({"conninfo": server.conninfo(connect_timeout=2)}, Site(server.log.parent, {}))
    return PostgresStore(settings, Patience(version=1))


def content(server: Server) -> bytes:
    stored = opened(server).read()
    assert stored is not None
    return stored.data


@pytest.mark.parametrize("end", ENDS)
def test_a_server_that_ends_while_it_writes_leaves_the_old_document_and_the_run_is_told(
    server: Server, end: signal.Signals
) -> None:
    store = opened(server)
    version = store.swap(None, b"old")
    with closing(psycopg.connect(server.conninfo())) as person, ThreadPoolExecutor() as threads:
        person.execute("SELECT FROM sarv_sync_state FOR UPDATE")
        swap = threads.submit(store.swap, version, b"new")
        while not server.sql("SELECT 1 FROM pg_locks WHERE NOT granted"):
            pass
        server.stop(end)
        with pytest.raises(StateError) as failure:
            swap.result()
    server.start()

    assert not isinstance(failure.value, SwapLost)
    assert failure.value.hint
    assert content(server) == b"old"
    assert store.swap(version, b"again") == opened(server).version()


@pytest.mark.parametrize("pooled", [False, True], ids=["alone", "pooled"])
def test_nothing_that_was_answered_is_lost_and_nothing_is_torn_however_often_the_server_crashes(
    server: Server, tmp_path: Path, pooled: bool
) -> None:
    if not pooled:
        crash_often(server, server)
        return
    with bouncer(tmp_path, server.port, ["postgres"]) as front:
        crash_often(server, front)


def crash_often(server: Server, front: Server) -> None:
    opened(server).swap(None, document(0))
    for crash in range(CRASHES):
        answered = int(content(server).split()[0])
        front.wait()
        with ThreadPoolExecutor() as threads:
            writer = threads.submit(write_until_it_fails, opened(front), answered)
            while int(content(server).split()[0]) < answered + 1 + crash:
                assert not writer.done()
            server.stop(signal.SIGQUIT)
            last = writer.result()
        server.start()
        assert content(server) in {document(last), document(last + 1)}


def write_until_it_fails(store: Store, number: int) -> int:
    """Return the number of the last document whose swap was answered."""
    version = store.version()
    with suppress(StateError):
        while True:
            version = store.swap(version, document(number + 1))
            number += 1
    return number


def document(number: int) -> bytes:
    return f"{number}\n".encode() * 100_000
