"""The search leaves nothing out, whatever it does to be fast."""

from __future__ import annotations

import pytest

from tests.simulation.history import replay
from tests.simulation.menus import crashes
from tests.simulation.placing import one_by_one
from tests.simulation.quick import quickly, remembering_nothing
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.schedule import TIME_OUTS, Event, Schedule
from tests.simulation.search import Menu, Search

MENUS = (
    crashes(1),
    Menu(1, {"add": TIME_OUTS, "edit": TIME_OUTS}),
)
NAMES = ("update", "create, then rename alone", "create one, limits known to be echoed")


@pytest.mark.parametrize("name", NAMES)
def test_it_finds_as_many_schedules_as_there_are(name: str) -> None:
    with quickly():
        found = Search(SCENARIOS[name], MENUS).all()
        assert found.schedules == sum(1 for _ in one_by_one(Schedule(name), MENUS))


@pytest.mark.parametrize("name", NAMES)
def test_a_crash_leaves_what_a_run_that_lives_shows_at_that_call(name: str) -> None:
    photos = replay(Schedule(name)).runs[0].photos

    for point, photo in enumerate(photos):
        assert replay(Schedule(name, (Event(0, point, "crash after"),))).runs[0].world == photo


@pytest.mark.parametrize("name", NAMES)
def test_what_was_worked_out_before_changes_no_history(name: str) -> None:
    schedules = list(one_by_one(Schedule(name), (MENUS[1],)))[::7]
    with remembering_nothing():
        slowly = [str(replay(schedule)) for schedule in schedules]
    with quickly():
        for _ in range(2):
            assert [str(replay(schedule)) for schedule in schedules] == slowly


def test_the_same_schedule_gives_the_same_history() -> None:
    schedule = Schedule("create two", (Event(0, 9, "answer lost"), Event(1, 3, "crash after")))

    assert str(replay(schedule)) == str(replay(schedule))
