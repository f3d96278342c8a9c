"""Schedules found by replaying: slow, and simple enough to be believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation.history import replay
from tests.simulation.schedule import Event, Schedule, fits, kind_of
from tests.simulation.search import IDLE, may_join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.program import Ran
    from tests.simulation.schedule import Deed
    from tests.simulation.search import Menu


def everywhere(schedule: Schedule, *deeds: Deed) -> Iterator[Schedule]:
    """Yield `schedule` with `deeds` going wrong too, in this order, at every call of the first two runs."""
    if not deeds:
        yield schedule
        return
    last = schedule.events[-1] if schedule.events else Event(0, -1, "stop")
    for run in range(last.run, 2):
        for point, label in enumerate(troubled_run(schedule, run).trace):
            if fits(deeds[0], label) and (run, point) > (last.run, last.point):
                longer = schedule._replace(events=(*schedule.events, Event(run, point, deeds[0])))
                yield from everywhere(longer, *deeds[1:])


def one_by_one(schedule: Schedule, menus: tuple[Menu, ...]) -> Iterator[Schedule]:
    """Yield `schedule` and every longer one that `Search` should find, with one deed at most from each menu."""
    yield schedule
    last = schedule.events[-1] if schedule.events else Event(0, 0, "stop")
    eventful = {event.run for event in schedule.events}
    for run in range(last.run, last.run + IDLE + 2):
        if len(set(range(run)) - eventful) > IDLE:
            break
        for point, label in enumerate(troubled_run(schedule, run).trace):
            there = [event.deed for event in schedule.events if event[:2] == (run, point)]
            for index, menu in enumerate(menus):
                for deed in menu.deeds.get(kind_of(label), ()):
                    if (run, point) >= (last.run, last.point) and may_join(deed, there):
                        longer = schedule._replace(events=(*schedule.events, Event(run, point, deed)))
                        yield from one_by_one(longer, (*menus[:index], *menus[index + 1 :]))


def troubled_run(schedule: Schedule, number: int) -> Ran:
    """Return a run of a schedule as one in which something more may go wrong: no time passes before it."""
    nothing = Event(number, 0, "last first")
    return replay(schedule._replace(events=(*schedule.events, nothing))).runs[number]
