"""Rows that are read while their JSON is: the same verdicts as afterwards, and little work and memory for each."""

from __future__ import annotations

import gc
import json
import tracemalloc
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sarv_sync.model.scrub import Scrubber
from sarv_sync.provider.listing import listing_of
from sarv_sync.provider.rows import RowReader
from sarv_sync.provider.wire import parse
from tests.unit.provider.stage import Stage, reply
from tests.work import calls_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sarv_sync.model.users import Listing
    from sarv_sync.provider.client import Client

ROW = {"smtp_user_name": "smtp1", "password": "pa55word", "status": "Enable", "total_limit": 200, "hourly_limit": 20}

_ODD = st.sampled_from(
    [None, True, 0, 1, -1, 1.0, 2**53 - 1, 2**53, 10**40, float("nan"), "", "007", " 5", "\u0665", "Enable", "enable",
     "pa55", "p\u00e4ss", "\ud800", "a\nb", "x" * 257, [], [5], {}, ROW, {**ROW, "status": ROW}]
)  # fmt: skip
_FIELDS = (*ROW, "smtp_password", "id")
_ROWS = st.one_of(
    st.builds(lambda odd: {**ROW, **odd}, st.dictionaries(st.sampled_from(_FIELDS), _ODD, max_size=3)),
    st.dictionaries(st.sampled_from(_FIELDS), _ODD),
    _ODD,
)


def _read(payload: bytes, keep: Callable[[dict[str, Any]], Any] | None) -> Listing:
    document, fault = parse(bytearray(payload), keep)
    assert document is not None, fault
    return listing_of(document["smtp_list"], Scrubber())


@given(st.lists(_ROWS, max_size=5))
def test_a_row_is_read_the_same_while_its_json_is_and_afterwards(rows: list[object]) -> None:
    payload = json.dumps({"status": "success", "smtp_list": rows}).encode()
    assert _read(payload, RowReader().keep) == _read(payload, None)


@given(st.lists(st.tuples(st.sampled_from(_FIELDS), _ODD | st.sampled_from([*ROW.values()])), max_size=9))
@example([*ROW.items(), ("password", "another")])
def test_a_key_that_is_there_twice_counts_as_it_does_afterwards(pairs: list[tuple[str, object]]) -> None:
    row = ", ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in pairs)
    payload = b'{"status": "success", "smtp_list": [{%b}]}' % row.encode()
    assert _read(payload, RowReader().keep) == _read(payload, None)


@pytest.mark.parametrize("keep", [None, RowReader().keep])
def test_a_whole_answer_that_looks_like_a_row_stays_what_it_is(keep: Callable[[dict[str, Any]], Any] | None) -> None:
    assert parse(bytearray(json.dumps(ROW).encode()), keep) == (ROW, "")
    assert parse(bytearray(json.dumps([ROW]).encode()), keep) == (None, "JSON, but no object")


def test_the_bytes_of_an_answer_are_let_go_before_its_objects_are_made() -> None:
    payload = bytearray(json.dumps({"smtp_list": [ROW]}).encode())
    seen: list[int] = []

    def keep(row: dict[str, Any]) -> dict[str, Any]:
        seen.append(len(payload))
        return row

    parse(payload, keep)
    assert seen == [0, 0]


def _answer(users: int, settings: int) -> bytes:
    rows = [
        {
            "smtp_user_name": f"smtp{100_000 + number}",
            "password": f"pa55-{number:011}",
            "status": "Enable",
            "total_limit": 1_000 + number % settings,
            "hourly_limit": 500,
        }
        for number in range(users)
    ]
    return json.dumps({"status": "success", "smtp_list": rows}, separators=(",", ":")).encode()


@pytest.fixture
def traced() -> Iterator[None]:
    gc.collect()
    tracemalloc.start()
    yield
    tracemalloc.stop()


@pytest.mark.parametrize("settings", [10, 100_000])
def test_the_work_for_a_user_is_bounded_and_does_not_grow_with_the_account(settings: int) -> None:
    """In calls of functions."""
    for users in (500, 5_000):
        payload = _answer(users, settings)
        assert calls_of(partial(_read, payload, RowReader().keep), of_c=True) / users <= 20


@pytest.mark.usefixtures("traced")
@pytest.mark.parametrize(("settings", "kept", "peak"), [(10, 300, 450), (100_000, 430, 650)])
def test_the_memory_for_a_user_is_bounded_and_does_not_grow_with_the_account(
    settings: int, kept: int, peak: int
) -> None:
    """In bytes. `peak` includes the text of the answer, of which 118 are one user's."""
    for users in (2_000, 20_000):
        payload = _answer(users, settings)
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        listing = _read(payload, RowReader().keep)
        now, highest = tracemalloc.get_traced_memory()
        assert len(listing.users) == users
        assert (now - before) / users <= kept
        assert (highest - before) / users <= peak


def test_a_row_that_is_no_user_is_reported_beside_those_that_are(stage: Stage, client: Client) -> None:
    stage.play(reply({"status": "success", "smtp_list": [ROW, {**ROW, "smtp_user_name": None}, 5]}))
    listing = client.list_users()
    assert [*listing.users] == ["smtp1"]
    assert [fault.message for fault in listing.faults] == [
        "row 2 of the listing has no legible smtp_user_name",
        "row 3 of the listing is not an object",
    ]
