"""One simulated history: the real use case, run after run, until everything is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from sarv_sync.state.document import encode
from tests.simulation.account import LAST, SOON, Truth, old_user
from tests.simulation.invariants import (
    breaches_at,
    breaches_at_the_end,
    plan_of,
    tells_a_secret,
)
from tests.simulation.program import Task, run_program
from tests.simulation.rules import Breach
from tests.simulation.scenarios import SCENARIOS, values
from tests.simulation.schedule import deeds_of
from tests.simulation.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.program import Ran
    from tests.simulation.scenarios import Scenario
    from tests.simulation.schedule import Schedule

RUNS_TO_CONVERGE = 3


@dataclass
class History:
    """What came of a schedule: every run, every rule broken, and the world in the end."""

    schedule: Schedule
    scenario: Scenario
    runs: list[Ran] = field(default_factory=list)
    breaches: list[Breach] = field(default_factory=list)

    @property
    def world(self) -> World:
        """The world as it is in the end."""
        return self.runs[-1].world

    def __str__(self) -> str:
        lines = [f"replay({self.schedule!r})"]
        for ran in self.runs:
            lines += [f"  run {ran.number}: {ran.end}"]
            lines += [f"    {index:2} {label}" for index, label in enumerate(ran.trace)]
        lines += [f"  user {name}: {user}" for name, user in self.world.truth.users]
        return "\n".join([*lines, f"  state {self.world.state()}"])


def replay(schedule: Schedule) -> History:
    """Live through `schedule`, then run without further mishap until the plan is empty.

    What happens later than that happens then, and there is one run more.
    """
    scenario = SCENARIOS[schedule.scenario]
    history = History(schedule, scenario)
    world = beginning(scenario)
    troubled = 1 + max((event.run for event in schedule.events), default=-1)
    for number in range(troubled):
        ran = run_program(task_of(scenario, number), world, number, deeds_of(schedule.events, number))
        history.runs.append(ran)
        history.breaches += breaches_of(ran, scenario)
        world = ran.world
    calm = list(calm_runs(scenario, world, troubled))
    history.runs += calm
    history.breaches += [breach for ran in calm for breach in breaches_of(ran, scenario)]
    history.breaches += breaches_in_the_end(scenario, history.world)
    return history


def beginning(scenario: Scenario) -> World:
    """Return the world before the first run of `scenario`."""
    document = encode(scenario.state) if scenario.state else None
    users = tuple((name, old_user(settings, ours=name in scenario.ours)) for name, settings in scenario.users.items())
    return World(
        document,
        Truth(users, users, scenario.cap, hidden=tuple(scenario.hidden.items())),
    )


def calm_runs(scenario: Scenario, world: World, number: int) -> Iterator[Ran]:
    """Run without a mishap until there is nothing left to do, from run `number` on."""
    world = world._replace(truth=world.truth.settled(SOON))
    for calm in range(number, number + RUNS_TO_CONVERGE):
        ran = run_program(task_of(scenario, calm), world, calm)
        yield ran
        world = ran.world
        done = ran.code == 0 or (ran.code == 4 and not plan_of(task_of(scenario, calm).configuration, world).changes)
        if done and (calm > 0 or scenario.later is scenario.files):
            break
    if world.truth.put_off:
        world = world._replace(truth=world.truth.settled(LAST))
        yield run_program(task_of(scenario, calm + 1), world, calm + 1)


def breaches_of(ran: Ran, scenario: Scenario) -> Iterator[Breach]:
    """Yield every rule that a run breaks, at whatever call."""
    yield from ran.breaches
    seen: World | None = None
    for photo in (*ran.photos, ran.world):
        if photo is not seen:
            yield from breaches_at(photo.document, photo.truth.users, photo.truth.cap, scenario.managed)
            seen = photo
    if any(tells_a_secret(said) for said in ran.said):
        yield Breach("no secret is anywhere", f"{ran.said}")


def breaches_in_the_end(scenario: Scenario, world: World) -> list[Breach]:
    """Return every rule that is broken once all is over."""
    found = breaches_at_the_end(world, scenario.later, scenario.questions)
    return [breach for breach in found if breach.rule not in scenario.known]


@cache
def task_of(scenario: Scenario, number: int) -> Task:
    """Return what run `number` of `scenario` is about."""
    wanted = next((user.settings for user in scenario.files.users.values()), values(100, 10))
    return Task(scenario.later if number else scenario.files, scenario.managed, wanted)
