"""The promise, step by step: wherever a run dies between a new password and its target, the next one delivers it.

For every kind of sink, with what it really delivers to, the program is killed at its first step, its second, … after
the call that makes a password, until it has no more. See `dying` for what a step is, and `thinning` for what is left
out. `SARV_SYNC_SEARCH=deep` leaves nothing out, and finds more steps.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from itertools import count
from pathlib import Path

import pytest

from tests.contract.sinks.catalog import ENGINES, Running
from tests.end_to_end.conftest import KILLS
from tests.end_to_end.forks import Forks
from tests.end_to_end.killing import APPLY, DEEP, LIBRARIES, NAME, ROTATE, Scene, scene
from tests.end_to_end.thinning import own, thinned

SECOND = f"{NAME}+2"
IN_TURNS = {"rotation": "alternate", "grace": "0s"}
PLAN_EVERY = 3
FIRST, *OTHERS = ("dotenv", *sorted(ENGINES.keys() - {"dotenv"}))
EVERY = 1 if DEEP else 2
PAIRS = 200 if DEEP else 12

Stage = Callable[[], AbstractContextManager[Scene]]
StepsOf = Callable[[Callable[[Scene], list[str]]], Iterator[int]]
Record = Callable[[str, object], None]

in_groups = pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=pytest.mark.xdist_group(f"killed-{kind}")) for kind in sorted(ENGINES)]
)
in_one_group = pytest.mark.parametrize(
    "kind", [pytest.param("dotenv", marks=pytest.mark.xdist_group("killed-in-turns"))]
)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with ExitStack() as stack:
        yield Running(tmp_path_factory.mktemp("targets"), stack)


@pytest.fixture(scope="module")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    forks = Forks("strace", tmp_path_factory.mktemp("forks"), LIBRARIES)
    yield forks
    forks.close()


@pytest.fixture
def stage(kind: str, places: Running, forks: Forks, tmp_path: Path) -> Stage:
    """Makes scenes for targets of the kind."""
    numbers = count(1)
    return lambda: scene(kind, places, tmp_path / f"work-{next(numbers)}", forks)


@pytest.fixture
def note(kind: str, record_property: Record) -> Callable[[list[str]], None]:
    """Tells how many kills there were."""

    def noting(killed: list[str]) -> None:
        sys.stdout.write(f"{kind}: killed {len(killed)} times\n")
        record_property(KILLS, f"{kind} {len(killed)}")

    return noting


def applied(on: Scene) -> None:
    """Run the one apply that has to set everything right."""
    done = on.run(*APPLY)
    assert done.code == 0, done.said


def create_steps(on: Scene) -> list[str]:
    on.want()
    return on.steps(*APPLY)


def change_steps(on: Scene) -> list[str]:
    on.want()
    applied(on)
    on.want(password_version=2)
    return on.steps(*APPLY)


@pytest.fixture
def steps_of(kind: str, stage: Stage, places: Running, forks: Forks, tmp_path: Path) -> StepsOf:
    """Tells, of runs that `create_steps` or `change_steps` makes, which steps to die at."""

    def steps(take: Callable[[Scene], list[str]]) -> Iterator[int]:
        if kind == FIRST or DEEP:
            return count(1)
        with scene(FIRST, places, tmp_path / "first", forks) as on:
            first = take(on)
        with stage() as on:
            mine = take(on)
        return thinned(mine, own(mine, first), OTHERS.index(kind), len(OTHERS))

    return steps


def steps_of_rotate(kind: str) -> Iterator[int]:
    """Return the steps to die at: all of them are taken by an apply, too."""
    return count(1) if kind == FIRST or DEEP else count(1 + OTHERS.index(kind), len(OTHERS))


def assert_settled(on: Scene, step: int) -> None:
    """See that all is well, and now and then that the program says so, too."""
    if DEEP or step % PLAN_EVERY == 0:
        plan = on.run("plan", "--detailed-exitcode")
        assert plan.code == 0, plan.said
    on.assert_nothing_left()


@in_groups
def test_a_user_whose_create_was_killed_is_made_once_and_its_password_delivered(
    stage: Stage, steps_of: StepsOf, note: Callable[[list[str]], None]
) -> None:
    killed: list[str] = []
    for step in steps_of(create_steps):
        with stage() as on:
            on.want()
            on.kill(step, *APPLY)
            applied(on)
            on.assert_delivered()
            assert on.made == 1
            assert_settled(on, step)
            killed += on.killed
            if not on.killed:
                break
    note(killed)
    assert len(killed) > 1


@in_groups
def test_a_password_whose_change_was_killed_is_changed_once_and_delivered(
    stage: Stage, steps_of: StepsOf, note: Callable[[list[str]], None]
) -> None:
    steps = steps_of(change_steps)
    with stage() as on:
        on.want()
        applied(on)
        for version, step in enumerate(steps, 2):
            on.want(password_version=version)
            landed = on.kill(step, *APPLY)
            applied(on)
            on.assert_delivered()
            assert on.made == version, "every version was made once"
            assert_settled(on, step)
            if not landed:
                break
        note(on.killed)
        assert len(on.killed) > 1


@in_groups
def test_after_a_rotate_that_was_killed_the_next_apply_delivers_what_it_made(
    stage: Stage, kind: str, note: Callable[[list[str]], None]
) -> None:
    with stage() as on:
        on.want()
        applied(on)
        for step in steps_of_rotate(kind):
            before = on.made
            landed = on.kill(step, *ROTATE)
            made = on.made
            applied(on)
            on.assert_delivered()
            assert before <= made <= before + 1
            assert on.made == made, "nobody asked for another one"
            assert_settled(on, step)
            if not landed:
                break
        note(on.killed)
        assert len(on.killed) > 1


@in_one_group
def test_so_it_is_for_several_passwords_at_once(stage: Stage, note: Callable[[list[str]], None]) -> None:
    with stage() as on:
        on.names = (NAME, "newsletter", "orders")
        on.want()
        applied(on)
        for version, step in enumerate(count(1, EVERY), 2):
            on.want(password_version=version)
            landed = on.kill(step, *APPLY)
            applied(on)
            on.assert_delivered()
            assert on.made == 3 * version, "every version was made once"
            assert_settled(on, step)
            if not landed:
                break
        note(on.killed)
        assert len(on.killed) > 1


@pytest.mark.parametrize("kind", ["dotenv", "github-actions"])
def test_the_run_that_follows_can_be_killed_as_well(
    stage: Stage, kind: str, note: Callable[[list[str]], None]
) -> None:
    seed = int(os.environ.get("SARV_SYNC_KILL_SEED", "20250102"))
    sys.stdout.write(f"SARV_SYNC_KILL_SEED={seed}\n")
    chance = random.Random(f"{seed} {kind}")
    with stage() as on:
        for version in range(1, PAIRS + 1):
            on.want(password_version=version)
            on.kill(chance.randint(1, 30), *APPLY)
            on.kill(chance.randint(1, 60), *APPLY, beginning=True)
            applied(on)
            on.assert_delivered()
            assert on.made == version, "every version was made once"
            assert_settled(on, version)
        note(on.killed)
        assert len(on.killed) > PAIRS


@in_one_group
def test_with_two_users_in_turns_the_target_never_holds_what_the_account_refuses(
    stage: Stage, note: Callable[[list[str]], None]
) -> None:
    """With no grace, the run after that which delivers disables the user that has served. It is killed, too."""
    with stage() as on:
        on.want(**IN_TURNS)
        applied(on)
        for version, step in enumerate(count(1, EVERY), 2):
            on.want(**IN_TURNS, password_version=version)
            landed = on.kill(step, *APPLY)
            assert on.held() in on.accepted()
            applied(on)
            assert on.held() in on.accepted()
            on.kill(step, *APPLY)
            assert on.held() in on.accepted()
            applied(on)
            on.assert_delivered(NAME if version % 2 else SECOND)
            assert on.accepted() == {on.held()}
            assert on.made == version, "every version was made once"
            assert_settled(on, step)
            if not landed:
                break
        note(on.killed)
        assert len(on.killed) > 1


@in_one_group
def test_so_it_is_while_the_second_user_is_made(stage: Stage, note: Callable[[list[str]], None]) -> None:
    killed: list[str] = []
    for step in count(EVERY, EVERY):
        with stage() as on:
            on.want(rotation="alternate")
            applied(on)
            on.want(rotation="alternate", password_version=2)
            on.kill(step, *APPLY)
            assert on.held() in on.accepted()
            applied(on)
            on.assert_delivered(SECOND)
            assert len(on.accepted()) == on.made == 2, "the first is in its grace"
            assert_settled(on, step)
            killed += on.killed
            if not on.killed:
                break
    note(killed)
    assert len(killed) > 1
