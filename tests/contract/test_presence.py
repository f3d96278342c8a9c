"""Being seen at the place of the state, where a place can see; elsewhere nobody claims to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import SwapLost

if TYPE_CHECKING:
    from tests.contract.conftest import Place


def test_who_is_present_is_overtaken_by_who_is_not_and_loses_its_own_swap(place: Place) -> None:
    holder = place()
    with holder.presence():
        seen = holder.swap(None, b"the holder's")
        place().swap(seen, b"another's")
        with pytest.raises(SwapLost):
            holder.swap(seen, b"the holder's again")

    assert place.content() == b"another's"


def test_who_is_present_may_swap(place: Place) -> None:
    store = place()
    with store.presence() as alone:
        assert alone is not False
        store.swap(store.swap(None, b"first"), b"second")

    assert place.content() == b"second"


def test_who_is_not_alone_learns_it(place: Place) -> None:
    with place().presence() as first:
        if first is None:
            return
        with place().presence() as second:
            assert (first, second) == (True, False)
        with place().presence() as third:
            assert third is False

    with place().presence() as last:
        assert last is True


def test_presence_is_seen_by_other_processes_and_ends_when_they_are_killed(place: Place) -> None:
    with place.other_process("present") as other:
        assert other.stdout is not None
        told = other.stdout.readline().strip()
        with place().presence() as alone:
            seen_while_it_lives = alone
        other.kill()
        other.communicate()

    with place().presence() as alone:
        seen_after_its_death = alone
    seen = (told, seen_while_it_lives, seen_after_its_death)
    assert seen == (("True", False, True) if place.kind == "local" else ("None", None, None))


def test_presence_ends_with_its_context_even_on_an_error(place: Place) -> None:
    store = place()

    with pytest.raises(ZeroDivisionError), store.presence():
        raise ZeroDivisionError

    with place().presence() as alone:
        assert alone is not False


def test_what_is_remembered_is_recalled_by_everybody_unless_the_place_cannot(place: Place) -> None:
    place().swap(None, b"first")
    assert place().recall() is None

    notes = []
    for note in ("a first note", "another", '{"serial": 7}'):
        place().remember(note)
        notes.append(place().recall())

    assert notes in (["a first note", "another", '{"serial": 7}'], [None, None, None])
    assert place.content() == b"first"


def test_remembering_does_not_end_anybody_s_presence(place: Place) -> None:
    with place().presence() as first:
        place().remember("a note")
        assert place().recall() in {"a note", None}
        with place().presence() as second:
            assert (first, second) in {(True, False), (None, None)}
