"""Rows, versions and the history of a state in PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import SwapLost
from sarv_sync.state.document import encode
from tests.contract.postgres_place import everywhere, fill, in_new_database, opened, sql
from tests.unit.state.journals import DEAD, EMPTY

if TYPE_CHECKING:
    from tests.contract.conftest import Place

pytestmark = everywhere

MANY = 20


def test_reading_makes_no_table(place: Place) -> None:
    assert (place().read(), place().version()) == (None, None)

    assert sql(place, "SELECT to_regclass('{t}'), to_regclass('{t}_history')") == [(None, None)]


def test_a_lost_first_write_of_somebody_who_read_a_document_makes_no_table(place: Place) -> None:
    version = fill(place(), b"first")
    sql(place, "DROP TABLE {t}, {t}_history")

    with pytest.raises(SwapLost):
        place().swap(version, b"second")

    assert sql(place, "SELECT to_regclass('{t}'), to_regclass('{t}_history')") == [(None, None)]


def test_many_that_write_first_make_the_tables_once(place: Place) -> None:
    assert place.said("race", MANY, 1, 1) == [f"1 won, {MANY - 1} lost"]

    assert sql(place, "SELECT count(*) FROM {t}") == [(1,)]
    assert sql(place, "SELECT count(*) FROM {t}_history") == [(1,)]


def test_the_history_says_what_was_written_and_by_whom(place: Place) -> None:
    held = encode(replace(EMPTY, lock=DEAD))

    fill(place(), b"first", held)

    rows = sql(place, "SELECT serial, document, written_by, written_at <= now() FROM {t}_history ORDER BY serial")
    by = "postgres: serial 7: sarv-sync apply by ann on laptop"
    assert rows == [
        (1, b"first", "postgres: a document of 5 bytes that is no state", True),
        (2, held, by, True),
    ]


def test_the_newest_of_the_history_are_kept_and_other_rows_left_alone(place: Place) -> None:
    fill(opened(place, name="other"), b"other")

    fill(opened(place, history=3), b"1", b"2", b"3", b"4", b"5")

    rows = sql(place, "SELECT name, document FROM {t}_history ORDER BY name, serial")
    assert rows == [("default", b"3"), ("default", b"4"), ("default", b"5"), ("other", b"other")]


def test_a_lost_swap_leaves_nothing_in_the_history(place: Place) -> None:
    version = fill(place(), b"first")
    fill(place(), b"second")

    with pytest.raises(SwapLost):
        place().swap(version, b"late")

    assert sql(place, "SELECT document FROM {t}_history ORDER BY serial") == [(b"first",), (b"second",)]


def test_rows_of_one_table_are_documents_of_their_own(place: Place) -> None:
    one, other = opened(place, name="one"), opened(place, name="the other's, with a % and a '")

    fill(one, b"one's")
    assert other.read() is None
    fill(other, b"the other's")

    stored = one.read()
    assert stored is not None
    assert stored.data == b"one's"


def test_a_version_stays_lost_when_its_row_was_deleted_and_made_again(place: Place) -> None:
    version = fill(place(), b"first")
    sql(place, "DELETE FROM {t}")
    again = fill(place(), b"first")

    with pytest.raises(SwapLost):
        place().swap(version, b"late")
    assert place().version() == again


def test_an_older_document_that_a_person_put_back_is_followed_by_one_with_a_new_serial(place: Place) -> None:
    fill(place(), b"first", b"second", b"third")
    sql(place, "UPDATE {t} SET (serial, document) = (SELECT serial, document FROM {t}_history WHERE serial = 1)")

    fill(place(), b"fourth")

    assert sql(place, "SELECT serial, document FROM {t}") == [(4, b"fourth")]


def test_what_a_person_changed_by_hand_is_another_version(place: Place) -> None:
    version = fill(place(), b"first")
    place.engine.damage(place.folder, b"by hand")

    with pytest.raises(SwapLost):
        place().swap(version, b"second")
    assert place().version() != version


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII", "UTF8"])
def test_the_encoding_of_the_database_is_no_obstacle(place: Place, encoding: str) -> None:
    place = in_new_database(place, "bytea_output = 'escape'", f"ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")
    held = encode(replace(EMPTY, lock=replace(DEAD, holder="Łukasz on laptop")))
    store = opened(place, name="für uns")

    version = store.swap(store.swap(None, b"\x00\xff\\"), held)

    stored = opened(place, name="für uns").read()
    assert stored is not None
    assert (stored.data, stored.version) == (held, version)
