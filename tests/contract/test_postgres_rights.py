"""What may be done, and what cannot be done, with a state in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import StateError, SwapLost
from sarv_sync.state.postgres.statements import ddl
from tests.contract.postgres_place import everywhere, fill, opened, raising, sql, table

if TYPE_CHECKING:
    from tests.contract.conftest import Place

pytestmark = everywhere


def test_who_may_do_the_least_can_read_and_swap_and_who_may_read_is_told_what_is_missing(place: Place) -> None:
    name = f"ops_{place.kind}.{table(place)}"
    for user in ("sarv_sync", "sarv_sync_reader"):
        sql(place, f"DO $$ BEGIN CREATE ROLE {user} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
    sql(place, ddl(name), *grants(name))
    writer, reader = (opened(place, user, table=name) for user in ("sarv_sync", "sarv_sync_reader"))

    version = fill(writer, b"1", b"2", b"3")

    assert (reader.version(), writer.read()) == (version, reader.read())
    with pytest.raises(StateError, match="permission denied for table") as failure:
        reader.swap(version, b"second")
    assert "sarv-sync state ddl" in str(failure.value.hint)


def test_a_table_that_may_not_be_seen_is_not_taken_for_an_empty_one(place: Place) -> None:
    fill(place(), b"first")
    schema = f"closed_{place.kind}"
    sql(place, f"CREATE SCHEMA {schema}", f"CREATE TABLE {schema}.state ()", "REVOKE SELECT ON {t} FROM reader")

    for store in (opened(place, "reader"), opened(place, "reader", table=f"{schema}.state")):
        for attempt in (store.read, store.version):
            with pytest.raises(StateError, match="permission denied") as failure:
                attempt()
            assert "sarv-sync state ddl" in str(failure.value.hint)


def test_a_schema_that_is_not_there_is_an_error(place: Place) -> None:
    store = opened(place, table="nowhere.state")

    for attempt in (store.read, store.version, lambda: store.swap(None, b"first")):
        with pytest.raises(StateError, match="schema") as failure:
            attempt()
        assert "sarv-sync state ddl" in str(failure.value.hint)


def test_a_row_that_row_level_security_hides_is_not_taken_for_absent(place: Place) -> None:
    fill(place(), b"first")
    sql(place, "ALTER TABLE {t} ENABLE ROW LEVEL SECURITY")
    hidden = opened(place, "reader")

    for attempt in (hidden.read, hidden.version):
        with pytest.raises(StateError, match="row-level security") as failure:
            attempt()
        assert failure.value.hint
    assert place.content() == b"first", "its owner sees it"


def test_a_table_of_another_shape_is_an_error(place: Place) -> None:
    sql(place, "CREATE TABLE {t} (name text, state text)")

    for attempt in (place().read, place().version, lambda: place().swap("1", b"x")):
        with pytest.raises(StateError) as failure:
            attempt()
        assert "state.table" in str(failure.value.hint)


@pytest.mark.parametrize("code", ["25006", "40P01", "53100", "53200", "53400", "57014", "58030", "XX001", "22012"])
def test_whatever_the_server_says_a_swap_is_an_error_in_one_line_and_changed_nothing(place: Place, code: str) -> None:
    version = fill(place(), b"first")
    said = "'could not\u001b[2J do it' || chr(10) || 'a second line' || repeat('x', 999)"
    raising(place, f"USING ERRCODE = ''{code}'', MESSAGE = {said}".replace("''", "'"))

    store = place()
    with pytest.raises(StateError) as failure:
        store.swap(version, b"second")

    assert not isinstance(failure.value, SwapLost)
    assert failure.value.message.isprintable()
    assert failure.value.message.endswith(": could not [2J do it")
    assert failure.value.hint
    sql(place, "DROP TRIGGER raise ON {t}")
    assert store.swap(version, b"third") == place.version()


def grants(name: str) -> list[str]:
    """Return the statements that stand in the comments of the DDL."""
    return [line.removeprefix("--") for line in ddl(name).splitlines() if line.startswith("--   GRANT ")]
