"""Searching all schedules of a kind for one that breaks an invariant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation.history import replay
from tests.simulation.invariants import broken_by
from tests.simulation.schedule import CRASHES, FAULTS, PEOPLE, Event, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.simulation.history import History
    from tests.simulation.schedule import Deed


def search(schedules: Iterable[Schedule]) -> int:
    """Live through all of `schedules`; return how many. Raises `AssertionError` with the first that goes wrong."""
    count = 0
    for count, schedule in enumerate(schedules, 1):  # noqa: B007 - the count is the result
        expect_sound(replay(schedule))
    return count


def expect_sound(history: History) -> None:
    """Raise `AssertionError`, with all that a replay needs, if `history` breaks an invariant."""
    broken = broken_by(history)
    if broken:
        raise AssertionError("\n".join([*broken, str(history)]))


def after(schedule: Schedule, run: int, deeds: Iterable[Deed] | None = None) -> Iterator[Schedule]:
    """Yield `schedule` with one mishap more, for every call that its run number `run` makes.

    `deeds` are tried at every call; None stands for all that can go wrong at a call of its kind.
    """
    traces = replay(schedule).traces
    if run >= len(traces):
        return
    chosen = None if deeds is None else tuple(deeds)
    for point, label in enumerate(traces[run]):
        kind = label.split()[0]
        for deed in (*CRASHES, *PEOPLE, *FAULTS[kind]) if chosen is None else chosen:
            yield schedule._replace(events=(*schedule.events, Event(run, point, deed)))
