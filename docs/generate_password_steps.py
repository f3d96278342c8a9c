"""The tables of guarantees.md that are about passwords, from their own simulator; see generate_guarantees.py."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from sarv_sync import apply_workflow
from sarv_sync.model.users import DesiredUser, PasswordPolicy, Placed, Settings, Source
from tests.simulation.passwords.world import Dead, How, Program, World, files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sarv_sync.applying.executor import Execution
    from sarv_sync.model.configuration import Configuration

_HERE = Source("sarv-sync.yaml", 1, 1)
_HOUR = 3600.0
_IN_PLACE = PasswordPolicy()
_IN_TURNS = PasswordPolicy(rotation="alternate", grace=_HOUR)

_KILLED: dict[How, str] = {"dies before": "killed before it", "dies after": "killed after it"}
_UNHEARD: dict[How, str] = {"unheard, in effect": "done, no answer", "unheard, no effect": "not done, no answer"}
_SINK: dict[How, str] = {"fails": "the sink refuses"}


class Step(NamedTuple):
    """A step of an apply: its number, its kind, its name, and what can befall it."""

    number: int
    kind: str
    title: str
    faults: dict[How, str]


@dataclass(frozen=True)
class Scene:
    """A world, the files that are applied to it, and the steps of that which the table shows."""

    world: World
    configuration: Configuration
    steps: tuple[Step, ...]


def steps_of_passwords() -> dict[str, Scene]:
    """Return what each table is made from, by its name."""
    return {
        "deliver": Scene(
            World(),
            _files(_IN_PLACE),
            (
                Step(3, "write", "Write the binding", _KILLED),
                Step(6, "deliver", "Deliver the password", {**_KILLED, **_SINK}),
                Step(7, "write", "Write the delivery", _KILLED),
            ),
        ),
        "rotate": Scene(
            _made(_IN_PLACE),
            _files(_IN_PLACE, 2),
            (
                Step(2, "write", "Write that it is about to be changed", _KILLED),
                Step(3, "reset", "resetSmtpPassword", {**_KILLED, **_UNHEARD}),
                Step(4, "deliver", "Deliver the password", {**_KILLED, **_SINK}),
                Step(5, "write", "Write that it was changed, and delivered", _KILLED),
            ),
        ),
        "turn": Scene(
            _turned(),
            _files(_IN_TURNS, 3),
            (
                Step(2, "write", "Write that it is about to be changed", _KILLED),
                Step(3, "reset", "resetSmtpPassword, of the idle user", {**_KILLED, **_UNHEARD}),
                Step(4, "edit", "editSmtp, which enables it", {**_KILLED, **_UNHEARD}),
                Step(5, "deliver", "Deliver the password", {**_KILLED, **_SINK}),
                Step(6, "write", "Write that it was changed, and delivered", _KILLED),
            ),
        ),
    }


def password_matrix(scene: Scene) -> str:
    """Return the table of `scene`."""
    rows = ["| step | fault | exit | what apply says | the next run |", "| --- | --- | --- | --- | --- |"]
    for step in scene.steps:
        title = f"**{step.title}**"
        for how, words in step.faults.items():
            rows.append(f"| {title} | {words} | {_row(scene, step, how)} |")
            title = ""
    return "\n".join(rows)


def _row(scene: Scene, step: Step, how: How) -> str:
    world = scene.world.copy()
    program = Program(scene.configuration, world, step.number, how)
    try:
        first = program.run()
    except Dead:
        said = " | "
    else:
        said = f"{apply_workflow.exit_code(first)} | {_said(first)}"
    if program.steps[step.number] != step.kind:
        raise AssertionError(f"step {step.number} is {program.steps[step.number]}, not {step.kind}")
    later = Program(scene.configuration, world)
    later.run()
    last = Program(scene.configuration, world)
    if last.plan().changes or not all(map(world.lets_in, world.target.values())):
        raise AssertionError(f"{step} {how}: something is left to do")
    return f"{said} | {', then '.join(_deeds(later.steps)) or 'nothing is left to do'}"


def _said(ran: Execution) -> str:
    outcome = ran.outcome
    parts = ("failed", "unknown", "undelivered")
    bad = [f"{part}: {entry.message}" for part in parts for entry in getattr(outcome, part)]
    return bad[0] if bad else "done, and verified"


def _deeds(steps: list[str]) -> Iterator[str]:
    words = {"reset": "changes the password", "edit": "sets the values", "deliver": "delivers"}
    found = [words[step] for step in steps if step in words]
    if found:
        yield from dict.fromkeys(found)
    elif "write" in steps:
        yield "notes what was done"


def _files(policy: PasswordPolicy, version: int = 1) -> Configuration:
    limits = Settings(5000, 200, "Enable")
    password = replace(policy, version=version)
    return files(DesiredUser("billing", limits, Placed(_HERE, (_HERE, _HERE, _HERE)), password=password))


def _made(policy: PasswordPolicy) -> World:
    world = World()
    Program(_files(policy), world).run()
    return world


def _turned() -> World:
    """Return a world in which both users have served, and the first of them is disabled by now."""
    world = _made(_IN_TURNS)
    for _ in range(2):
        Program(_files(_IN_TURNS, 2), world).run()
        world.later(hours=2)
    return world
