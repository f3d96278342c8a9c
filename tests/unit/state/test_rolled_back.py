"""A place remembers what was last written there, and an older copy is known for one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import Refused
from sarv_sync.state.journal import hold, read_state
from sarv_sync.state.mark import Mark, recall
from tests.unit.state.journals import ACCOUNT, BOUND, DEAD, HOLDER, World
from tests.unit.state.scripted_store import ScriptedStore

if TYPE_CHECKING:
    from sarv_sync.model.state import State


@pytest.fixture
def world() -> World:
    return World()


def refusals(store: ScriptedStore, world: World) -> list[Refused]:
    """Return how reading and holding the state are refused; fail if they are not."""
    data, note = store.data, store.note
    found = []
    with pytest.raises(Refused) as refused:
        read_state(store, ACCOUNT)
    found.append(refused.value)
    for account in (ACCOUNT, None):
        with pytest.raises(Refused) as refused, hold(store, account, HOLDER, world.surroundings(60)):
            pytest.fail("the lock was given")
        found.append(refused.value)
    assert (store.attempts, store.data, store.note, world.pauses) == (0, data, note, [])
    return found


def remembered(state: State | None, lineage: str, serial: int) -> ScriptedStore:
    store = ScriptedStore(state)
    store.note = json.dumps({"lineage": lineage, "serial": serial})
    return store


@pytest.mark.parametrize(
    ("store", "words"),
    [
        (remembered(BOUND, "lineage", 8), ("is older", "serial is 7", "8", "`sarv-sync state push --force memory`")),
        (remembered(replace(BOUND, lock=DEAD), "lineage", 900), ("is older", "restore the newest copy")),
        (remembered(BOUND, "another", 3), ("is not the one", "lineage", "another", "push --force memory`")),
    ],
)
def test_what_is_not_what_was_last_written_here_is_refused_with_a_way_out(
    world: World, store: ScriptedStore, words: tuple[str, ...]
) -> None:
    for refused in refusals(store, world):
        assert refused.exit_code == 4
        assert [word for word in words if word not in f"{refused.message} {refused.hint}"] == []


def test_that_a_state_is_gone_is_known_until_a_person_says_that_it_does_not_matter(world: World) -> None:
    store = remembered(None, "lineage", 8)

    assert read_state(store, ACCOUNT).lost == 8
    with hold(store, ACCOUNT, HOLDER, world.surroundings()) as journal:
        assert journal.state.lost == 8
        journal.commit(replace(journal.state, echoes_limits=True))
    assert read_state(store, ACCOUNT).lost == 8
    store.note = None
    assert read_state(store, ACCOUNT).lost is None
    assert read_state(ScriptedStore(None), ACCOUNT).lost is None


def test_what_works_on_a_state_says_that_it_is_gone(world: World) -> None:
    holding = hold(remembered(None, "lineage", 8), None, HOLDER, world.surroundings())
    with pytest.raises(Refused, match="is gone: serial 8") as refused, holding:
        pytest.fail("the lock was given")

    assert "memory.lock" in (refused.value.hint or "")


@pytest.mark.parametrize("serial", [0, 6, 7])
def test_what_came_from_elsewhere_and_is_newer_is_welcome(world: World, serial: int) -> None:
    store = remembered(BOUND, "lineage", serial)

    assert read_state(store, ACCOUNT) == BOUND
    with hold(store, ACCOUNT, HOLDER, world.surroundings()):
        assert recall(store) == Mark("lineage", 8)
    assert recall(store) == Mark("lineage", 9)


@pytest.mark.parametrize("note", [None, "", "{", "[]", "null", '{"lineage": 3, "serial": 4}', '{"serial": 900}'])
def test_a_place_that_remembers_nothing_refuses_nothing(world: World, note: str | None) -> None:
    store = ScriptedStore(BOUND)
    store.note = note

    assert read_state(store, ACCOUNT) == BOUND
    with hold(store, ACCOUNT, HOLDER, world.surroundings()):
        pass
    assert recall(store) == Mark("lineage", store.state.serial)


def test_reading_leaves_no_note() -> None:
    store = ScriptedStore(BOUND)

    read_state(store, ACCOUNT)

    assert store.note is None


def test_the_note_is_never_ahead_of_the_document(world: World) -> None:
    store = ScriptedStore(BOUND)
    seen: list[tuple[int, int]] = []
    real = store.swap

    def swap(expected: str | None, data: bytes) -> str:
        mark = recall(store)
        seen.append((mark.serial if mark else 0, store.state.serial))
        return real(expected, data)

    store.swap = swap  # type: ignore[method-assign]
    with hold(store, ACCOUNT, HOLDER, world.surroundings()) as journal:
        journal.commit(replace(journal.state, echoes_limits=True))

    assert seen == [(0, 7), (8, 8), (9, 9)]


def test_who_reads_while_another_run_writes_does_not_take_the_document_for_an_old_one() -> None:
    store = remembered(BOUND, "lineage", 7)
    real = store.recall

    def recall_and_be_overtaken() -> str | None:
        note = real()
        store.overtake(replace(BOUND, serial=8))
        store.note = json.dumps({"lineage": "lineage", "serial": 8})
        return note

    store.recall = recall_and_be_overtaken  # type: ignore[method-assign]

    assert read_state(store, ACCOUNT).serial == 8


def test_another_account_s_state_is_called_that_even_where_another_one_was_written() -> None:
    store = remembered(BOUND, "another", 900)

    with pytest.raises(Refused, match="belongs to account"):
        read_state(store, replace(ACCOUNT, owner_id="10043"))
