"""What every place for the state has to guarantee, whatever it is made of."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import Refused, SarvSyncError, StateError, SwapLost
from sarv_sync.model.account import Account
from sarv_sync.state.journal import read_state
from tests.contract.conftest import said_by
from tests.engines.catalog import REMOTE, open_store

if TYPE_CHECKING:
    from tests.contract.conftest import Place
    from tests.engines.interface import When

SWAPPERS = 50
ROUNDS = 2
KILLS = 200 if os.environ.get("SARV_SYNC_SEARCH") == "deep" else 16
MEGABYTE = 1_000_000

remote = pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=pytest.mark.xdist_group(kind)) for kind in REMOTE], indirect=True
)


def test_there_is_nothing_before_the_first_write(place: Place) -> None:
    assert (place().read(), place().version(), place().recall()) == (None, None, None)


def test_reading_makes_nothing(place: Place) -> None:
    place().read()
    place().recall()

    assert place().swap(None, b"first"), "it is still the first write"


def test_the_first_write_expects_nothing(place: Place) -> None:
    version = place().swap(None, b"first")

    stored = place().read()
    assert stored is not None
    assert (stored.data, stored.version, place().version()) == (b"first", version, version)


def test_every_document_replaces_the_one_before_it(place: Place) -> None:
    store = place()
    version = None
    for text in (b"first", b"a longer second", b" ", b"\x00\xff bytes", b"line ends\r\n\n$Id$ \n"):
        version = store.swap(version, text)
        assert place.content() == text
        assert (store.version(), place.version()) == (version, version)


def test_a_store_that_wrote_reads_what_another_wrote_since(place: Place) -> None:
    one = place()
    first = one.swap(None, b"first")
    second = place().swap(first, b"second")

    stored = one.read()
    assert stored is not None
    assert (stored.data, stored.version, one.version()) == (b"second", second, second)


def test_two_documents_have_two_versions(place: Place) -> None:
    store = place()

    first = store.swap(None, b"first")

    assert store.swap(first, b"second") != first


@pytest.mark.parametrize("stale", [None, "no version at all", "", "0", "1", "0" * 40, "-f", '"; drop table'])
def test_a_wrong_version_is_refused_and_nothing_changes(place: Place, stale: str | None) -> None:
    place().swap(None, b"first")

    with pytest.raises(SwapLost) as lost:
        place().swap(stale, b"second")

    assert lost.value.exit_code == 4
    assert lost.value.hint
    assert place.content() == b"first"


def test_a_version_is_refused_where_there_is_no_document(place: Place) -> None:
    with pytest.raises(SwapLost):
        place().swap("a version", b"first")

    assert place().read() is None


def test_of_two_that_read_the_same_document_one_writes(place: Place) -> None:
    one, other = place(), place()
    one.swap(None, b"start")
    seen_by_one, seen_by_other = one.version(), other.version()

    one.swap(seen_by_one, b"one's")

    with pytest.raises(SwapLost):
        other.swap(seen_by_other, b"the other's")
    assert place.content() == b"one's"


def test_an_old_version_stays_lost_when_its_document_comes_back(place: Place) -> None:
    store = place()
    first = store.swap(None, b"a 1")
    third = store.swap(store.swap(first, b"b 2"), b"a 3")

    with pytest.raises(SwapLost):
        place().swap(first, b"late")
    assert (place.version(), place.content()) == (third, b"a 3")


def test_who_lost_reads_again_and_writes(place: Place) -> None:
    one, other = place(), place()
    one.swap(None, b"one's")
    with pytest.raises(SwapLost):
        other.swap(None, b"the other's")

    other.swap(other.version(), b"the other's")

    assert place.content() == b"the other's"


@pytest.mark.parametrize("present", [False, True])
def test_many_processes_at_once_have_exactly_one_winner_each_round(place: Place, *, present: bool) -> None:
    if present and place.kind != "local":
        return  # nobody can be present elsewhere
    with place().presence() if present else nullcontext():
        rounds = place.said("race", SWAPPERS, ROUNDS, 1)

    assert rounds == [f"1 won, {SWAPPERS - 1} lost"] * ROUNDS
    last = place.content()
    assert last is not None
    assert last.decode().startswith(f"{ROUNDS - 1} ")


def test_whoever_reads_during_a_race_sees_whole_documents(place: Place) -> None:
    race = place.other_process("race", 8, 20 if place.kind == "local" else 5, 300_000)
    seen: set[bytes] = set()
    while race.poll() is None:
        text = place.content()
        if text is not None:
            lines = text.splitlines()
            assert (len(text) >= 300_000, len(set(lines))) == (True, 1)
            seen.add(lines[0])

    assert set(said_by(race)) == {"1 won, 7 lost"}
    assert len(seen) > 1, "it was read while it was written"


def test_a_process_that_is_killed_at_any_line_of_a_swap_leaves_the_old_document_or_the_new(place: Place) -> None:
    ends = place.said("kill", KILLS)

    left = Counter(end.partition(": ")[2] for end in ends)
    assert left.keys() == {"the old document", "the new document"}, "killed on both sides of the moment that counts"
    assert left.total() == KILLS
    assert sum(end.startswith("killed") for end in ends) > KILLS / 2


@pytest.mark.parametrize("size", [2 * MEGABYTE, 20 * MEGABYTE])
def test_a_large_document_is_kept_whole(place: Place, size: int) -> None:
    text = b"".join(b'    "user-%08d": {"smtp_user_name": "smtp%08d"},\n' % (n, n * 7919) for n in range(size // 52))
    store = place()

    version = store.swap(store.swap(None, text), text + b"and more")

    assert (place.version(), place.content() == text + b"and more") == (version, True)
    store.swap(version, b"small again")
    assert place.content() == b"small again"


def test_garbage_is_told_and_can_be_replaced(place: Place) -> None:
    place().swap(None, b"first")
    place.engine.damage(place.folder, b"\xff\xfe garbage {")

    with pytest.raises(StateError, match="is not JSON") as told:
        read_state(place(), Account("https://api.example.net/v1.0", "10042"))
    store = place()
    store.swap(store.version(), b"mended")

    assert told.value.hint
    assert place.content() == b"mended"


def test_where_writing_is_not_allowed_the_document_stays_and_the_hint_says_what_to_do(place: Place) -> None:
    place().swap(None, b"first")
    denied = place.engine.read_only(place.folder)
    store = open_store(denied, place.folder)

    with pytest.raises(SarvSyncError) as refused:
        store.swap(store.version(), b"second")

    assert isinstance(refused.value, StateError | Refused)
    assert not isinstance(refused.value, SwapLost)
    assert refused.value.hint
    assert place.content() == b"first"


def test_a_place_that_cannot_be_reached_is_an_error_with_a_hint(place: Place) -> None:
    nowhere = place.engine.unreachable(place.folder)
    store = open_store(nowhere, place.folder)

    for attempt in (store.read, store.version, lambda: store.swap(None, b"first"), lambda: store.swap("1", b"first")):
        with pytest.raises(StateError) as failure:
            attempt()
        assert failure.value.exit_code == 1
        assert failure.value.hint


@remote
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_write_whose_answer_is_lost_is_found_out_by_reading(place: Place, when: When) -> None:
    version = place().swap(None, b"first")

    with place.engine.cut(place.folder, when) as access:
        store = open_store(access, place.folder)
        if when == "after":
            version = store.swap(version, b"second")
        else:
            with pytest.raises(StateError) as failure:
                store.swap(version, b"second")
            assert not isinstance(failure.value, SwapLost)
            assert failure.value.hint

    assert (place.content(), place.version()) == (b"second" if when == "after" else b"first", version)


def test_a_store_says_where_it_is(place: Place) -> None:
    where = place().describe()

    assert where
    assert where == place().describe()
    assert "\n" not in where
