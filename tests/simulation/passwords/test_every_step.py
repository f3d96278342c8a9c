"""Passwords, whatever step a run dies at: afterwards one run delivers the right one, and none was lost or shown.

Every single mishap at every step of every scenario; and pairs of them, in two runs that follow one another. Of the
second run's steps each first mishap meets some, the next one others: all of them with `SARV_SYNC_SEARCH=deep`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, get_args

import pytest

from sarv_sync.model.rotation import RotationRequest
from sarv_sync.model.secret import Secret
from sarv_sync.model.users import DesiredUser, PasswordPolicy, Placed, Settings, Source, entry_name
from tests.simulation.passwords.world import Dead, How, Program, World, files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sarv_sync.model.configuration import Configuration

HERE = Source("sarv-sync.yaml", 1, 1)
HOUR, DAY = 3600.0, 86400.0
OTHER_TOKEN = Secret("another token")
IN_PLACE = PasswordPolicy()
IN_TURNS = PasswordPolicy(rotation="alternate", grace=HOUR)
MISHAPS: tuple[How, ...] = get_args(How)
EVERY = 1 if os.environ.get("SARV_SYNC_SEARCH") == "deep" else 3
OFTEN = 60
"""More steps than any run of a scenario has."""


def user(name: str, policy: PasswordPolicy) -> DesiredUser:
    return DesiredUser(name, Settings(5000, 200, "Enable"), Placed(HERE, (HERE, HERE, HERE)), password=policy)


def both(policy: PasswordPolicy) -> Configuration:
    return files(user("a", policy), user("b", policy))


def bumped(policy: PasswordPolicy, version: int) -> Configuration:
    return both(replace(policy, version=version))


def made(configuration: Configuration) -> World:
    """Return a world in which everything is as `configuration` wants it."""
    world = World()
    Program(configuration, world).run()
    return world


def turned(times: int) -> World:
    """Return a world in which two users have taken turns so many times, and the last grace is over."""
    world = made(both(IN_TURNS))
    for version in range(2, 2 + times):
        Program(bumped(IN_TURNS, version), world).run()
        world.later(hours=2)
        Program(bumped(IN_TURNS, version), world).run()
    return world


def reset_by_hand() -> World:
    world = made(both(IN_PLACE))
    world.reset("smtp1")
    return world


def emptied() -> World:
    world = made(both(IN_PLACE))
    world.target.clear()
    return world


def retired() -> World:
    """Return a world in which two users were retired long ago, and forgotten by the sink."""
    world = made(files(user("x", IN_PLACE), user("y", IN_PLACE)))
    Program(files(), world).run()
    world.later(days=31)
    world.target.clear()
    return world


@dataclass(frozen=True)
class Scenario:
    """A world, the files as they are now, and how many users there are to be in the end.

    `smooth` says that whatever the sink holds has to be let in at every moment, `handed_on` that whoever had a user
    before never is; `resets` how many there may be if nothing goes wrong.
    """

    world: Callable[[], World]
    configuration: Configuration
    users: int
    resets: int = 0
    smooth: bool = False
    handed_on: bool = False


SCENARIOS = {
    "create": Scenario(World, both(IN_PLACE), 2),
    "rotate": Scenario(lambda: made(both(IN_PLACE)), bumped(IN_PLACE, 2), 2, resets=2),
    "reset by hand": Scenario(reset_by_hand, both(IN_PLACE), 2),
    "targets gone": Scenario(emptied, both(IN_PLACE), 2),
    "first turn": Scenario(lambda: made(both(IN_TURNS)), bumped(IN_TURNS, 2), 4, smooth=True),
    "second turn": Scenario(lambda: turned(1), bumped(IN_TURNS, 3), 4, resets=2, smooth=True),
    "third turn": Scenario(lambda: turned(2), bumped(IN_TURNS, 4), 4, resets=2, smooth=True),
    "used again": Scenario(retired, replace(both(IN_PLACE), recycle_after=30 * DAY), 2, resets=2, handed_on=True),
}


def check_login(world: World) -> None:
    for credential in world.target.values():
        assert world.lets_in(credential), "an application that reads its sink now cannot log in"


def check_handed_on(world: World) -> None:
    first = {f"smtp{number}": password for number, password in enumerate(world.given[:2], 1)}
    assert not any(map(world.lets_in, first.items())), "whoever had the user before can send mail"


def watched(scenario: Scenario, world: World) -> World:
    """Return `world`, looked at after every step for what must never be."""
    if scenario.smooth:
        world.watch = check_login
    if scenario.handed_on:
        world.watch = check_handed_on
    return world


def assert_settled(scenario: Scenario, world: World) -> None:
    """Everything is delivered and proven, nothing is left to be done, and no password is where none belongs."""
    program = Program(scenario.configuration, world)
    plan = program.plan()
    assert (plan.changes, plan.drift, plan.blocked) == ((), (), ()), "the next plan is empty"
    assert set(world.target) == {"memory a", "memory b"}
    check_login(world)
    assert len(world.users) == scenario.users
    assert not world.state.intents
    text = world.document.decode()
    assert not any(password in text for password in world.given)


def mishaps() -> Iterator[tuple[int, How]]:
    return iter(product(range(OFTEN), MISHAPS))


def befallen(scenario: Scenario, world: World, step: int, how: How) -> bool:
    """Run once with a mishap at `step`; return whether the run got that far."""
    program = Program(scenario.configuration, world, step, how)
    try:
        program.run()
    except Dead:
        return True
    return len(program.steps) > step


@pytest.mark.parametrize("name", SCENARIOS)
def test_after_any_mishap_one_run_puts_everything_right(name: str) -> None:
    scenario = SCENARIOS[name]
    start = scenario.world()
    before = start.resets
    calm = watched(scenario, start.copy())
    assert Program(scenario.configuration, calm).run().outcome.complete
    assert_settled(scenario, calm)
    assert calm.resets - before == scenario.resets
    happened = 0
    for step, how in mishaps():
        world = watched(scenario, start.copy())
        if not befallen(scenario, world, step, how):
            if how == MISHAPS[0]:
                break
            continue
        happened += 1
        assert Program(scenario.configuration, world).run().outcome.complete
        assert_settled(scenario, world)
        # A user that is used again is made ready from the start, since nobody has its new password yet.
        allowed = scenario.resets * (2 if scenario.handed_on else 1)
        assert world.resets - before <= allowed, "a password that was changed is not changed again"
    assert happened >= 20


@pytest.mark.parametrize("name", SCENARIOS)
def test_after_two_runs_with_a_mishap_each_one_run_puts_everything_right(name: str) -> None:
    scenario = SCENARIOS[name]
    start = scenario.world()
    happened = 0
    seen = set()
    for step, how in mishaps():
        first = watched(scenario, start.copy())
        if not befallen(scenario, first, step, how):
            if how == MISHAPS[0]:
                break
            continue
        if first.condition() in seen:
            continue
        seen.add(first.condition())
        for again, how_again in mishaps():
            if (again + len(seen)) % EVERY:
                continue
            second = first.copy()
            if not befallen(scenario, second, again, how_again):
                if how_again == MISHAPS[0]:
                    break
                continue
            happened += 1
            Program(scenario.configuration, second).run()
            assert_settled(scenario, second)
    assert happened >= 50 / EVERY


@pytest.mark.parametrize("policy", [IN_PLACE, IN_TURNS], ids=["in place", "in turns"])
def test_a_rotation_that_was_asked_for_can_be_asked_for_again_after_any_mishap(policy: PasswordPolicy) -> None:
    request = RotationRequest(("a",))
    start = made(both(policy))
    for step, how in mishaps():
        world = start.copy()
        program = Program(both(policy), world, step, how)
        try:
            program.run(request)
        except Dead:
            pass
        else:
            if len(program.steps) <= step:
                break
        Program(both(policy), world).run(request)
        Program(both(policy), world).run()
        scenario = Scenario(World, both(policy), len(world.users))
        assert_settled(scenario, world)
        assert len(world.users) <= 3


@pytest.mark.parametrize("name", SCENARIOS)
def test_another_key_delivers_nothing_again(name: str) -> None:
    scenario = SCENARIOS[name]
    world = scenario.world()
    Program(scenario.configuration, world).run()
    held = dict(world.target)

    other = Program(scenario.configuration, world, token=OTHER_TOKEN)
    plan = other.plan()

    assert (plan.changes, plan.drift) == ((), ())
    assert any("token has changed" in warning.message for warning in plan.warnings)
    other.run()
    assert "deliver" not in other.steps
    assert world.target == held
    assert Program(scenario.configuration, world, token=OTHER_TOKEN).plan().warnings == ()


@pytest.mark.parametrize("policy", [IN_PLACE, IN_TURNS], ids=["in place", "in turns"])
def test_a_listing_that_still_shows_the_old_password_delivers_it_to_nobody(policy: PasswordPolicy) -> None:
    world = made(both(policy))
    stale = Program(both(policy), world).listing()
    program = Program(bumped(policy, 2), world)
    program.run()
    held = dict(world.target)
    fresh = program.listing()
    lagging = Program(bumped(policy, 2), world, shown=replace(fresh, users={**fresh.users, **stale.users}))

    plan = lagging.plan()
    lagging.run()

    assert plan.changes == ()
    assert world.target == held
    warned = [warning for warning in plan.warnings if "had before" in warning.message]
    assert len(warned) == (2 if policy is IN_PLACE else 0)


def test_where_a_disabled_user_gets_no_new_password_it_is_enabled_first() -> None:
    world = turned(1)
    world.strict = True
    scenario = SCENARIOS["second turn"]
    world.watch = check_login

    Program(scenario.configuration, world).run()

    assert_settled(scenario, world)


def test_somebody_resets_the_password_of_an_idle_user_and_nobody_minds() -> None:
    world = turned(1)
    idle = next(binding for name, binding in world.state.bindings.items() if name == "a")
    assert idle.applied.status == "Disable"
    world.reset(idle.smtp_user_name)

    plan = Program(bumped(IN_TURNS, 2), world).plan()

    assert {entry_name(change.name) for change in plan.changes} == set()
    assert plan.drift == ()
