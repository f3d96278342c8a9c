"""What becomes of a write whose answer was lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sarv_sync.errors import StateError, SwapLost
from sarv_sync.state.doubt import InDoubt, settled
from tests.unit.state.journals import EMPTY
from tests.unit.state.scripted_store import ScriptedStore

OLD, OURS, THEIRS = b"old", b"ours", b"theirs"
CUT = InDoubt(StateError("the answer was lost", "check the network"))
OFFLINE = StateError("cannot read the state", "check the network")

Deed = Callable[[ScriptedStore], object]


def carried_out(store: ScriptedStore) -> None:
    store.data = OURS


def overtaken(store: ScriptedStore) -> None:
    store.data = THEIRS


def gone(store: ScriptedStore) -> None:
    store.data = None


def nothing(store: ScriptedStore) -> None:
    pass


def cut(store: ScriptedStore) -> None:
    raise CUT


def goes_offline(store: ScriptedStore) -> None:
    store.unreadable = OFFLINE


class Attempts:
    """The attempts of one swap: each does its deeds, then succeeds if nobody else was there meanwhile."""

    def __init__(self, store: ScriptedStore, *attempts: tuple[Deed, ...]) -> None:
        self.store = store
        self.left = list(attempts)
        self.made = 0
        self.pauses: list[float] = []

    def __call__(self) -> str:
        self.made += 1
        before = self.store.data
        for deed in self.left.pop(0) if self.left else (nothing,):
            deed(self.store)
        if before != OLD:
            raise SwapLost("somebody else wrote the state", "run it again")
        self.store.data = OURS
        return OURS.hex()

    def settle(self) -> str:
        return settled(self.store, self, OLD.hex(), OURS, self.pauses.append)


@pytest.fixture
def store() -> ScriptedStore:
    there = ScriptedStore(EMPTY)
    there.data = OLD
    return there


def test_a_write_that_was_answered_is_done(store: ScriptedStore) -> None:
    attempts = Attempts(store)
    assert (attempts.settle(), attempts.made, store.reads) == (OURS.hex(), 1, 0)


def test_a_write_that_was_carried_out_is_not_made_again(store: ScriptedStore) -> None:
    attempts = Attempts(store, (carried_out, cut))
    assert (attempts.settle(), attempts.made) == (OURS.hex(), 1)


def test_a_write_that_was_not_carried_out_is_made_again(store: ScriptedStore) -> None:
    attempts = Attempts(store, (cut,), (cut,))
    assert (attempts.settle(), attempts.made, store.data) == (OURS.hex(), 3, OURS)
    assert len(attempts.pauses) == 2


def test_a_write_that_takes_effect_late_wins_against_its_own_repetition(store: ScriptedStore) -> None:
    attempts = Attempts(store, (cut,))
    attempts.pauses = Late(store)
    assert (attempts.settle(), attempts.made, store.data) == (OURS.hex(), 2, OURS)


class Late(list[float]):
    """A pause during which the first write arrives."""

    def __init__(self, store: ScriptedStore) -> None:
        super().__init__()
        self._store = store

    def append(self, _: float) -> None:
        carried_out(self._store)


@pytest.mark.parametrize("deeds", [(overtaken, cut), (gone, cut)])
def test_a_document_that_is_another_by_now_was_lost(store: ScriptedStore, deeds: tuple[Deed, ...]) -> None:
    with pytest.raises(SwapLost):
        Attempts(store, deeds).settle()


def test_an_attempt_that_was_lost_without_a_doubt_is_lost(store: ScriptedStore) -> None:
    store.data = OURS
    with pytest.raises(SwapLost):
        Attempts(store).settle()
    assert store.reads == 0


def test_where_nothing_can_be_read_the_first_error_is_told(store: ScriptedStore) -> None:
    with pytest.raises(StateError, match="the answer was lost"):
        Attempts(store, (goes_offline, cut)).settle()


def test_it_is_not_tried_for_ever(store: ScriptedStore) -> None:
    attempts = Attempts(store, *[(cut,)] * 20)
    with pytest.raises(StateError, match="the answer was lost"):
        attempts.settle()
    assert (attempts.made, store.data) == (4, OLD)


def test_what_was_certainly_not_done_is_told_at_once(store: ScriptedStore) -> None:
    def refused() -> str:
        raise StateError("permission denied", "ask for it")

    with pytest.raises(StateError, match="permission denied"):
        settled(store, refused, OLD.hex(), OURS)
    assert store.data == OLD
