"""Passwords, people and old copies: what must not be done although, by a simpler look, it would be due."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import Refused
from sarv_sync.model.rotation import RotationRequest
from sarv_sync.model.secret import Secret
from sarv_sync.model.state import Rotating
from sarv_sync.model.users import Settings
from sarv_sync.planning.approval import check_approved, timed_by
from sarv_sync.signing.verifier import PasswordVerifier
from sarv_sync.state.document import encode
from tests.simulation.passwords.test_every_step import (
    IN_PLACE,
    IN_TURNS,
    OTHER_TOKEN,
    both,
    bumped,
    check_login,
    made,
    turned,
    user,
)
from tests.simulation.passwords.world import TOKEN, Program, World, files

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Plan

TURNED = bumped(IN_TURNS, 2)
"""The files of `turned(1)`: the second users serve."""


def in_grace() -> World:
    """Return a world in which the second users have just taken over."""
    world = made(both(IN_TURNS))
    Program(TURNED, world).run()
    return world


def raised(configuration: Configuration) -> Configuration:
    users = configuration.users.values()
    wanted = {one.name: replace(one, settings=Settings(900_000, 90_000, "Enable")) for one in users}
    return replace(configuration, users=wanted)


def serving(world: World, name: str) -> str:
    return world.state.bindings[name].smtp_user_name


def disabled(plan: Plan) -> list[str]:
    return [
        change.name
        for change in plan.changes
        if any((field.field, field.after) == ("status", "Disable") for field in change.fields)
    ]


@pytest.mark.parametrize("request_", [RotationRequest(due=True), RotationRequest(("a",)), RotationRequest()])
@pytest.mark.parametrize("world", [in_grace, lambda: turned(1), lambda: made(both(IN_TURNS))])
def test_a_rotation_that_was_asked_for_raises_no_limit(request_: RotationRequest, world: Callable[[], World]) -> None:
    there = world()
    there.watch = check_login
    Program(raised(TURNED), there).run(request_)
    assert {settings.total_limit for settings, _ in there.users.values()} == {5000}


def test_a_rotation_that_was_asked_for_enables_nobody_whom_somebody_disabled() -> None:
    world = in_grace()
    name = serving(world, "a+2")
    world.users[name] = (replace(world.users[name][0], status="Disable"), world.users[name][1])

    Program(TURNED, world).run(RotationRequest(due=True))
    Program(TURNED, world).run(RotationRequest(("a",)))

    assert world.users[name][0].status == "Disable"


def gone(world: World, name: str) -> None:
    del world.users[name]


def off(world: World, name: str) -> None:
    world.users[name] = (replace(world.users[name][0], status="Disable"), world.users[name][1])


def taken_back(world: World, name: str) -> None:
    """Let the account have the password again that the user had before it took over."""
    world.users[name] = (world.users[name][0], "somebody else's")


@pytest.mark.parametrize("happens", [gone, off, taken_back])
def test_whoever_has_served_stays_enabled_while_the_one_that_serves_does_not_work(
    happens: Callable[[World, str], None],
) -> None:
    world = in_grace()
    happens(world, serving(world, "a+2"))
    world.later(hours=2)

    plan = Program(TURNED, world).plan()

    assert disabled(plan) == ["b"]
    assert any("left enabled although its grace is over" in warning.message for warning in plan.warnings)


def test_whoever_has_served_stays_enabled_if_it_has_another_password_by_now() -> None:
    """Somebody has put it to use again, or the state is an old copy."""
    world = in_grace()
    world.reset(serving(world, "a"))
    world.later(hours=2)

    plan = Program(TURNED, world).plan()

    assert disabled(plan) == ["b"]
    assert any("another password since" in warning.message for warning in plan.warnings)


def test_of_two_users_to_be_adopted_the_one_that_works_serves() -> None:
    world = turned(1)
    first, second = serving(world, "a"), serving(world, "a+2")
    policy = replace(IN_TURNS, version=2, alternate_pin=second)
    pinned = files(replace(user("a", policy), smtp_user_name=first), user("b", replace(IN_TURNS, version=2)))
    held = world.target["memory a"]
    lost = World(users=dict(world.users), target=dict(world.target), now=world.now)
    lost.watch = check_login

    Program(pinned, lost).run()
    lost.later(hours=2)
    Program(pinned, lost).run()

    assert lost.target["memory a"] == held
    assert (lost.users[first][0].status, lost.users[second][0].status) == ("Disable", "Enable")
    assert Program(pinned, lost).plan().changes == ()


def test_a_change_of_a_password_that_may_not_have_been_made_is_made_after_all_under_another_key() -> None:
    world = made(both(IN_PLACE))
    before = PasswordVerifier(TOKEN, "lineage").of("smtp1", Secret(world.users["smtp1"][1]))
    state = world.state
    binding = state.bindings["a"]
    record = replace(binding.password, rotating=Rotating("2026-01-01T00:00:00Z", before, 2))
    bindings = {**state.bindings, "a": replace(binding, password=record)}
    world.document = encode(replace(state, bindings=bindings))
    old = world.users["smtp1"][1]

    Program(bumped(IN_PLACE, 2), world, token=OTHER_TOKEN).run()

    assert world.users["smtp1"][1] != old
    check_login(world)
    assert Program(bumped(IN_PLACE, 2), world, token=OTHER_TOKEN).plan().changes == ()


def test_what_was_reviewed_is_a_place_and_what_is_put_there() -> None:
    world = World()
    reviewed = Program(both(IN_PLACE), world).plan()
    elsewhere = both(IN_PLACE)
    elsewhere = replace(elsewhere, account=replace(elsewhere.account, smtp_host="evil.example.org"))

    with pytest.raises(Refused):
        check_approved(Program(elsewhere, world).plan(), reviewed)
    assert reviewed.digest != Program(elsewhere, world).plan().digest


def test_what_was_laid_out_in_another_way_says_so() -> None:
    world = made(both(IN_PLACE))
    moved = replace(both(IN_PLACE), account=replace(both(IN_PLACE).account, smtp_host="smtp2.example.net"))
    plan = Program(moved, world).plan()
    assert [(change.action, change.cause, change.why) for change in plan.changes] == [
        ("deliver", "config", "layout"),
        ("deliver", "config", "layout"),
    ]
    assert plan.drift == ()


@pytest.mark.parametrize("request_", [RotationRequest(due=True), RotationRequest(("c",)), RotationRequest()])
def test_a_rotation_that_was_asked_for_leaves_new_entries_to_apply(request_: RotationRequest) -> None:
    world = made(both(IN_PLACE))
    world.users["smtp9"] = (Settings(5000, 200, "Enable"), "an old one")
    pinned = replace(user("d", IN_PLACE), smtp_user_name="smtp9")
    more = files(user("a", IN_PLACE), user("b", IN_PLACE), user("c", IN_PLACE), pinned)

    plan = Program(more, world).plan(request_)

    assert {change.name for change in plan.changes} <= {"a", "b"}


def test_a_place_that_is_none_any_more_is_said_to_hold_the_password() -> None:
    world = made(both(IN_PLACE))
    without = replace(both(IN_PLACE), sinks=())
    program = Program(without, world)
    [warning] = [one for one in program.plan().warnings if "may still hold a password" in one.message]
    assert "2 targets" in warning.message
    assert "memory a" in warning.message
    program.run()
    assert not any("may still hold" in one.message for one in program.plan().warnings), "it is said once"


def test_a_user_that_gets_enabled_along_with_its_new_password_is_so_before_anybody_logs_in() -> None:
    entry = user("a", IN_PLACE)
    world = made(files(replace(entry, settings=replace(entry.settings, status="Disable"))))
    bumped_entry = replace(entry, password=replace(IN_PLACE, version=2))
    program = Program(files(bumped_entry), world)

    program.run()

    assert [step for step in program.steps if step in {"reset", "edit", "deliver"}] == ["reset", "edit", "deliver"]


def test_nothing_is_disabled_or_rotated_merely_because_it_is_time_unless_it_was_reviewed() -> None:
    world = in_grace()
    reviewed = Program(TURNED, world).plan()
    world.later(hours=2)
    old = Program(bumped(replace(IN_TURNS, every=3600.0), 2), world)
    assert old.plan().changes

    limited = replace(old, timed=timed_by(reviewed))

    assert limited.plan().changes == ()
