"""Moving the state: whatever breaks off where, one place at most is in use, and the next try finishes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sarv_sync.errors import Refused, StateError
from sarv_sync.model.state import Moved, State
from sarv_sync.state.document import encode
from sarv_sync.state.interface import Stored
from sarv_sync.state.journal import hold, read_state
from sarv_sync.state.migrating import Target, _finish, migrate
from tests.unit.state.journals import ACCOUNT, BOUND, DEAD, EMPTY, HOLDER, World
from tests.unit.state.scripted_store import ScriptedStore

SECTION = "{backend: s3, bucket: acme}"


class Crash(Exception):
    """The process ended here."""


class Named(ScriptedStore):
    """A store with a name, which crashes before or after one of its writes: `crash` counts down."""

    def __init__(self, name: str, state: State | None = None) -> None:
        super().__init__(state, alone=None)
        self._name = name
        self.crash: tuple[int, str] | None = None
        self.changes: bytes | None = None

    def describe(self) -> str:
        return self._name

    def read(self) -> Stored | None:
        stored = super().read()
        return stored if self.changes is None or stored is None else replace(stored, data=self.changes)

    def swap(self, expected: str | None, data: bytes) -> str:
        left = None
        if self.crash is not None:
            number, when = self.crash
            left = when if number == 0 else None
            self.crash = (number - 1, when)
        if left == "before":
            raise Crash
        version = super().swap(expected, data)
        if left == "after":
            raise Crash
        return version


def usable(store: ScriptedStore) -> bool:
    """Whether a run would work with what is there, or begin anew."""
    try:
        read_state(store, ACCOUNT)
    except Refused:
        return False
    return True


def moved(source: Named, target: Named, world: World | None = None) -> State:
    return migrate(source, Target(target, SECTION), HOLDER, (world or World()).surroundings())


def contents(state: State) -> State:
    return replace(state, serial=0, lock=None, moved=None)


def test_the_state_is_at_the_new_place_and_the_old_one_says_where() -> None:
    source, target = Named("old", BOUND), Named("new")

    state = moved(source, target)

    assert contents(target.state) == contents(BOUND) == contents(state)
    assert (target.state.moved, target.state.lock, target.state.serial > BOUND.serial) == (None, None, True)
    assert source.state.moved == Moved("to", "new", SECTION)
    assert source.state.lock is None
    with pytest.raises(Refused, match="was moved to new") as refused:
        read_state(source, ACCOUNT)
    assert SECTION in str(refused.value.hint)
    with pytest.raises(Refused, match="was moved to new"), hold(source, ACCOUNT, HOLDER, World().surroundings()):
        pass
    assert read_state(target, ACCOUNT) == target.state


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("where", "number"), [("old", n) for n in range(3)] + [("new", n) for n in range(2)])
def test_wherever_it_breaks_off_no_two_places_are_in_use_and_another_try_finishes(
    where: str, number: int, when: str
) -> None:
    source, target, world = Named("old", BOUND), Named("new"), World()
    broken = source if where == "old" else target
    broken.crash = (number, when)
    with pytest.raises(Crash):
        moved(source, target, world)

    broken.crash = None
    in_use = usable(source) + (target.data is not None and usable(target))
    looks_new = target.data is None and not usable(source)
    world.time = world.time.replace(hour=23)  # a lock that the dead run left behind has run out
    state = moved(source, target, world)

    assert (in_use <= 1, looks_new) == (True, False)
    assert (usable(source), usable(target), contents(state)) == (False, True, contents(BOUND))
    assert target.state == state


def test_a_move_that_is_done_may_be_asked_for_again() -> None:
    source, target = Named("old", BOUND), Named("new")
    first = moved(source, target)

    assert moved(source, target) == first == target.state


def test_a_state_may_come_back() -> None:
    one, two = Named("one", BOUND), Named("two")
    moved(one, two)

    state = moved(two, one)

    assert (usable(one), usable(two), contents(state)) == (True, False, contents(BOUND))
    assert state.serial > two.state.serial - 2


def test_what_the_new_place_gives_back_must_be_what_was_written() -> None:
    source, target = Named("old", BOUND), Named("new")
    other = replace(BOUND, bindings={}, moved=Moved("from", "old"))
    target.changes = encode(other)

    with pytest.raises(StateError, match="is not what was written"):
        moved(source, target)

    assert usable(source)
    assert source.state.moved is None


@pytest.mark.parametrize(
    "there",
    [
        replace(EMPTY, lineage="another"),
        BOUND,
        replace(BOUND, lineage="another", moved=Moved("to", "elsewhere", SECTION)),
    ],
)
def test_a_place_that_holds_something_else_is_left_alone(there: State) -> None:
    source, target = Named("old", BOUND), Named("new", there)

    with pytest.raises(Refused) as refused:
        moved(source, target)

    assert refused.value.hint
    assert (contents(source.state), source.state.moved, target.state) == (contents(BOUND), None, there)


def test_a_place_that_remembers_another_state_is_left_alone() -> None:
    source, target = Named("old", BOUND), Named("new")
    target.note = '{"lineage": "another", "serial": 3}'

    with pytest.raises(Refused, match="is gone"):
        moved(source, target)

    assert (target.data, source.state.moved) == (None, None)


def test_a_state_that_is_locked_is_not_moved() -> None:
    world = World()
    locked = replace(BOUND, lock=replace(DEAD, expires="2026-01-01T12:04:00Z"))
    source, target = Named("old", locked), Named("new")

    with pytest.raises(Refused, match="is locked by ann on laptop"):
        moved(source, target, world)

    assert (source.state, target.data) == (locked, None)


def test_a_state_that_went_elsewhere_is_not_moved_from_where_it_was() -> None:
    source, target, third = Named("old", BOUND), Named("new"), Named("third")
    moved(source, target)

    with pytest.raises(Refused, match="was moved to new"):
        moved(source, third)

    assert third.data is None


def test_there_has_to_be_something_to_move_and_another_place() -> None:
    with pytest.raises(Refused, match="no state at old yet"):
        moved(Named("old"), Named("new"))
    with pytest.raises(Refused, match="already"):
        moved(Named("old", BOUND), Named("old"))


def test_a_copy_that_vanished_is_not_made_up_for() -> None:
    source, target = Named("old", BOUND), Named("new")
    moved(source, target)
    target.data = None

    with pytest.raises(Refused, match="is not there") as refused:
        moved(source, target)

    assert "state push" in str(refused.value.hint)


def test_who_was_overtaken_while_it_finished_puts_no_second_place_in_use() -> None:
    one, two = Named("one", BOUND), Named("two")
    one.crash = (2, "before")  # it is marked, and its lock is not given back yet
    world = World()
    with pytest.raises(Crash):
        moved(one, two, world)
    one.crash = None
    begun = replace(two.state, serial=two.state.serial + 9)
    one.data = encode(replace(one.state, moved=None))  # it came back by way of others, and moves once more
    two.data = encode(begun)

    with pytest.raises(Refused):
        _finish(one, Target(two, SECTION))

    assert two.state == begun
