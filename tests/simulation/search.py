"""Searching all schedules within some bounds for one that breaks a rule.

A schedule is taken apart run by run. What a run does depends on the condition of the world it finds and on what goes
wrong in it, and on nothing else. So:

- what follows a world is searched once, however many schedules lead to one in that condition;
- a run that dies after a call leaves the world as it was after that call: one run that lives shows what every crash
  of it would leave, and none of those has to be run;
- a crash before a call is one after the call before it, and one before the first call is no run at all;
- a mishap is only added after the last one of its run (of two at the same call, in the order of `DEEDS`): that finds
  every set of mishaps once, and tries none at a call that does not come about.

What counts is every schedule: every set of mishaps of which the end was judged, also where it shares that end with
others. `replay` lives through a schedule without any of this, and a test holds the two against each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.simulation.history import (
    beginning,
    breaches_in_the_end,
    breaches_of,
    calm_runs,
    replay,
    task_of,
)
from tests.simulation.program import run_program
from tests.simulation.schedule import DEEDS, Event, Schedule, deeds_of, kind_of, sort_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tests.simulation.history import History
    from tests.simulation.program import Ran
    from tests.simulation.rules import Breach
    from tests.simulation.scenarios import Scenario
    from tests.simulation.schedule import Deed
    from tests.simulation.world import Condition, World

    Left = tuple[int, ...]
    Events = tuple[Event, ...]

IDLE = 1
"""How many runs without a mishap there may be before the last one with one."""

_RANKS = {deed: rank for rank, deed in enumerate(DEEDS)}


class Menu(NamedTuple):
    """Mishaps of which a schedule holds at most so many: which ones, by the kind of the call they happen at."""

    most: int
    deeds: Mapping[str, tuple[Deed, ...]]


class Found(NamedTuple):
    """How many schedules were searched, and how many runs of the program that took."""

    schedules: int
    runs: int


class Search:
    """All schedules of a scenario with mishaps from these menus."""

    def __init__(self, scenario: Scenario, menus: tuple[Menu, ...]) -> None:
        self._scenario = scenario
        self._menus = menus
        self._later: dict[tuple[Condition, bool, Left], int] = {}
        self._runs: dict[tuple[Condition, bool, tuple[tuple[int, Deed], ...]], Ran] = {}
        self._ends: dict[tuple[Condition, bool], list[Breach]] = {}
        self._made = 0
        self._stale = any("stale" in deeds for menu in menus for deeds in menu.deeds.values())

    def all(self) -> Found:
        """Search them; raise `AssertionError` with the first schedule that breaks a rule."""
        world = beginning(self._scenario)
        self._end(world, 0, ())
        count = self._from(world, 0, (IDLE, *(menu.most for menu in self._menus)), ())
        return Found(count + 1, self._made)

    def _from(self, world: World, number: int, left: Left, path: Events) -> int:
        """Count the schedules that begin with `path`, which leads to `world`, and have `left` mishaps more."""
        if not any(left[1:]):
            return 0
        key = (world.condition(stale=self._stale), self._edited(number), left)
        if key not in self._later:
            self._later[key] = sum(
                self._after(
                    ran.photos[events[-1].point] if crashed else ran.world,
                    number,
                    rest,
                    path,
                    events,
                )
                for ran, events, rest, crashed in self._all_runs(world, number, left, path)
            )
        return self._later[key]

    def _after(self, world: World, number: int, left: Left, path: Events, events: Events) -> int:
        path += events
        if events:
            self._end(world, number + 1, path)
            return 1 + self._from(world, number + 1, left, path)
        return self._from(world, number + 1, (left[0] - 1, *left[1:]), path) if left[0] else 0

    def _all_runs(
        self, world: World, number: int, left: Left, path: Events
    ) -> Iterator[tuple[Ran, Events, Left, bool]]:
        """Yield every way that run `number` may go, with what went wrong in it and what still may."""
        open_ends: list[tuple[Events, Left]] = [((), left)]
        while open_ends:
            events, rest = open_ends.pop()
            ran = self._run(world, number, events, path)
            yield ran, events, rest, False
            for event, remaining in self._one_more(ran, number, events, rest):
                if event.deed == "crash after":
                    yield ran, (*events, event), remaining, True
                else:
                    open_ends.append(((*events, event), remaining))

    def _one_more(self, ran: Ran, number: int, events: Events, left: Left) -> Iterator[tuple[Event, Left]]:
        first = events[-1].point if events else 0
        there = [event.deed for event in events if event.point == first]
        menus = [(index, menu) for index, menu in enumerate(self._menus, 1) if left[index]]
        for point in range(first, len(ran.trace)):
            kind = kind_of(ran.trace[point])
            for index, menu in menus:
                for deed in menu.deeds.get(kind, ()):
                    if point > first or may_join(deed, there):
                        yield (
                            Event(number, point, deed),
                            (*left[:index], left[index] - 1, *left[index + 1 :]),
                        )

    def _run(self, world: World, number: int, events: Events, path: Events) -> Ran:
        key = (
            world.condition(),
            self._edited(number),
            tuple(event[1:] for event in events),
        )
        ran = self._runs.get(key)
        if ran is None:
            ran = run_program(task_of(self._scenario, number), world, number, deeds_of(events, number))
            self._made += 1
            self._expect_none(breaches_of(ran, self._scenario), (*path, *events))
            if len(events) < 2:
                self._runs[key] = ran
        return ran

    def _end(self, world: World, number: int, path: Events) -> None:
        """Judge what comes of `world` when nothing goes wrong any more."""
        key = (world.condition(), self._edited(number))
        if key not in self._ends:
            calm = list(calm_runs(self._scenario, world, number))
            self._made += len(calm)
            found = [breach for ran in calm for breach in breaches_of(ran, self._scenario)]
            self._ends[key] = found + breaches_in_the_end(self._scenario, calm[-1].world)
        self._expect_none(self._ends[key], path)

    def _edited(self, number: int) -> bool:
        """Say whether the files are other ones by run `number`."""
        return number > 0 and self._scenario.later is not self._scenario.files

    def _expect_none(self, breaches: Iterable[Breach], path: Events) -> None:
        broken = list(dict.fromkeys(breaches))
        if broken:
            history = replay(Schedule(self._scenario.name, path))
            raise AssertionError("\n".join([*map(str, broken), str(history)]))


def expect_sound(history: History) -> None:
    """Raise `AssertionError`, with all that a replay needs, if `history` breaks a rule."""
    if history.breaches:
        raise AssertionError("\n".join([*map(str, dict.fromkeys(history.breaches)), str(history)]))


def may_join(deed: Deed, there: list[Deed]) -> bool:
    """Say whether `deed` may be added to those at the same call: it comes after them, and is of another sort."""
    return all(_RANKS[deed] > _RANKS[other] and sort_of(deed) != sort_of(other) for other in there)
