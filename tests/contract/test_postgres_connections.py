"""Connections to PostgreSQL: lost, shared with others, slow, and with defaults of their own."""

from __future__ import annotations

import gc
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest

from sarv_sync.errors import StateError, SwapLost
from sarv_sync.state.postgres.store import Patience
from tests.contract.postgres_place import (
    OTHERS,
    dbname,
    everywhere,
    fill,
    impatient,
    in_new_database,
    raising,
    record,
    recorded,
    server,
    sql,
    table,
    wait_for_lock,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contract.conftest import Place

pytestmark = everywhere


def test_a_connection_that_was_ended_between_two_swaps_is_opened_again(place: Place) -> None:
    store = place()
    version = fill(store, b"first")
    for text in (b"second", b"third"):
        end_connections(place)
        assert store.version() == version
        end_connections(place)
        version = store.swap(version, text)
    end_connections(place)

    stored = store.read()
    assert stored is not None
    assert (stored.data, stored.version) == (b"third", version)


def end_connections(place: Place) -> None:
    sql(place, OTHERS.format("pg_terminate_backend(pid, 10000)"))


def test_a_connection_is_closed_when_nobody_has_its_store_any_more(place: Place) -> None:
    store = place()
    fill(store, b"first")

    del store
    gc.collect()

    while place.kind == "postgres" and sql(place, OTHERS.format("pid")):
        pass  # the server takes a moment to notice


@pytest.mark.parametrize("code", ["08006", "08P01", "40003"])
def test_where_the_server_does_not_know_either_what_was_done_it_is_found_out(place: Place, code: str) -> None:
    version = fill(place(), b"first")
    sql(place, "CREATE SEQUENCE {t}_attempts")  # which counts what is rolled back too
    raising(place, f"SQLSTATE '{code}'", "nextval('{t}_attempts') = 1")

    assert place().swap(version, b"second") == place.version()


def test_swaps_work_whichever_server_connection_each_is_on(place: Place) -> None:
    fill(place(), b"first")
    record(place, "pg_backend_pid()")
    with ExitStack() as crowd:  # a pooler has as many connections as were needed at once
        for _ in range(4):
            crowd.enter_context(psycopg.connect(str(place.access.settings["conninfo"]))).execute("SELECT 1")
    store = place()

    for number in range(12):
        assert fill(store, b"%d" % number) == place().version()

    seen = len(set(recorded(place)))
    assert seen == 1 if place.kind == "postgres" else seen > 1


@pytest.mark.parametrize(
    ("default", "used"), [("off", "on"), ("local", "on"), ("remote_write", "on"), ("remote_apply", "remote_apply")]
)
def test_what_was_answered_is_durable_whatever_the_database_s_default(place: Place, default: str, used: str) -> None:
    place = in_new_database(place, f"synchronous_commit = {default}")
    fill(place(), b"first")
    record(place, "current_setting('synchronous_commit')")

    fill(place(), b"second")

    assert recorded(place) == [used]


@pytest.mark.parametrize("level", ["read committed", "repeatable read", "serializable"])
def test_who_comes_late_has_lost_and_not_failed_however_isolated_transactions_are(place: Place, level: str) -> None:
    place = in_new_database(place, f"default_transaction_isolation = '{level}'")
    store = place()
    version = fill(store, b"first")

    with psycopg.connect(server(place).conninfo(dbname=dbname(place))) as person, ThreadPoolExecutor() as threads:
        person.execute(f"UPDATE {table(place)} SET document = 'by hand'".encode())
        late = threads.submit(store.swap, version, b"second")
        wait_for_lock(place)
        person.commit()
        with pytest.raises(SwapLost):
            late.result()

    assert place.content() == b"by hand"


def test_a_lock_that_somebody_holds_too_long_is_an_error_that_changed_nothing(place: Place) -> None:
    version = fill(place(), b"first")
    store = impatient(place, Patience(lock=0.1))

    with psycopg.connect(server(place).conninfo()) as person:
        person.execute(f"SELECT FROM {table(place)} FOR UPDATE".encode())
        with pytest.raises(StateError, match="lock timeout") as failure:
            store.swap(version, b"second")

    assert "pg_stat_activity" in str(failure.value.hint)
    assert store.swap(version, b"third") == place.version()


def test_a_statement_that_takes_too_long_is_an_error_that_changed_nothing(place: Place) -> None:
    version = fill(place(), b"first")
    record(place, "pg_sleep(60)")

    with pytest.raises(StateError, match="statement timeout") as failure:
        impatient(place, Patience(statement=0.1)).swap(version, b"second")

    assert "pg_stat_activity" in str(failure.value.hint)
    assert (place.content(), place.version()) == (b"first", version)


def test_a_server_that_hangs_is_an_error(place: Place) -> None:
    fill(place(), b"first")
    store = impatient(place, Patience(document=0.3, version=0.3))

    for attempt in (store.read, store.version):
        store.version()
        with stopped_connections(place), pytest.raises(StateError, match=r"no answer within 0\.3 s") as failure:
            attempt()
        assert failure.value.hint


@contextmanager
def stopped_connections(place: Place) -> Iterator[None]:
    processes = [process for (process,) in sql(place, OTHERS.format("pid"))]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)
