"""One run of the program: the real use case, in a simulated world."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from datetime import datetime, timedelta, timezone
from traceback import format_exc
from typing import TYPE_CHECKING, NamedTuple

from sarv_sync import apply_workflow, workflow
from sarv_sync.applying.run import Surroundings
from sarv_sync.errors import EXIT_ERROR, SarvSyncError
from sarv_sync.model.users import Settings
from sarv_sync.provider.patient import Effort, Patient
from sarv_sync.state.journal import Holder
from sarv_sync.state.journal import Surroundings as StateSurroundings
from tests.simulation.account import Account
from tests.simulation.claims import false_claims
from tests.simulation.judge import Judge
from tests.simulation.machine import Clock, Crash, Crew, Machine, Observer, chooser
from tests.simulation.memory_store import Disk, MemoryStore
from tests.simulation.provider import Provider
from tests.simulation.rules import Breach
from tests.simulation.world import ACCOUNT, World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sarv_sync.applying.executor import Execution
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Plan
    from tests.simulation.schedule import Deed

    Deeds = Mapping[int, Sequence[Deed]]

_NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
_STAMP = "%Y-%m-%dT%H:%M:%SZ"
_NOTHING: Deeds = {}


class Task(NamedTuple):
    """What a run is about.

    `managed` are the users of the account that the files may touch although the program did not make them;
    `wanted` is what a person creates who is after the same thing.
    """

    configuration: Configuration
    managed: frozenset[str]
    wanted: Settings


class Ran(NamedTuple):
    """One run: its calls and the world after each, how it ended (`code` is None after a crash), what it said."""

    number: int
    trace: tuple[str, ...]
    photos: tuple[World, ...]
    world: World
    code: int | None
    said: tuple[object, ...]
    breaches: tuple[Breach, ...]
    execution: Execution | None = None

    @property
    def end(self) -> str:
        """How it ended, in words."""
        return (
            "crashed"
            if self.code is None
            else f"exit {self.code}: {self.execution.outcome if self.execution else self.said[-1:]}"
        )


def run_program(
    task: Task,
    world: World,
    number: int,
    deeds: Deeds = _NOTHING,
    reviewed: Plan | None = None,
) -> Ran:
    """Run an apply, as number so-and-so, of a plan that was `reviewed` or of whatever is to be done.

    `deeds` are what goes wrong, by the number of the call.
    """
    process = _Process(task, Disk(world.document, world.note), Account(world.truth), f"run {number}")
    return process.run(number, deeds, reviewed)


class _Process:
    """A process of the program, and what goes on around it."""

    def __init__(self, task: Task, disk: Disk, account: Account, name: str) -> None:
        self._task = task
        self._disk = disk
        self._account = account
        self._name = name
        self._photo = World(disk.data, account.truth, disk.note)
        self._said: list[object] = []
        self._breaches: list[Breach] = []

    def photo(self) -> World:
        """Return how things are now: the same photo again, as long as nothing happens."""
        disk, last = self._disk, self._photo
        if disk.data is not last.document or self._account.truth is not last.truth or disk.note is not last.note:
            self._photo = World(disk.data, self._account.truth, disk.note)
        return self._photo

    def run(self, number: int, deeds: Deeds = _NOTHING, reviewed: Plan | None = None) -> Ran:
        machine = Machine(deeds, self)
        judge = Judge(
            self._task.managed,
            self._account,
            self._disk,
            self._name,
            lambda: _at(machine).strftime(_STAMP),
        )
        self._disk.asked.add(self._disk.data)
        store = judge.store = MemoryStore(self._disk, machine, self._name)
        clock, crew = Clock(), Crew(machine)
        effort = Effort(
            seconds=self._task.configuration.account.retry_for,
            now=clock.now,
            sleep=clock.sleep,
            jitter=lambda seconds: seconds,
            stopped=machine.is_set,
            heed=crew.heed,
        )
        provider = Patient(Provider(self._account, machine, judge), effort)
        project = workflow.Project(self._task.configuration, ACCOUNT, store, provider)
        surroundings = Surroundings(
            provider,
            clock,
            chooser(self.photo()),
            machine,
            Observer(self._said),
            crew,
            parallelism=1,
        )
        means = apply_workflow.Means(
            Holder(self._name, "sarv-sync apply"),
            surroundings,
            self._state_world(machine),
            nullcontext,
        )
        code, execution = self._apply(project, means, reviewed)
        if code is not None:
            judge.run_ended(finished=execution is not None and execution.error is None)
        self._breaches += judge.breaches
        if execution is not None and code is not None:
            planned = _planned(machine) or self.photo()
            self._breaches += false_claims(execution, code, self._task.configuration, planned, self.photo())
        if any(photo.document not in self._disk.asked for photo in machine.photos):
            self._breaches.append(Breach("the document is the old one or the new one", "nobody asked for it"))
        lock = self.photo().state().lock
        if not deeds and lock is not None and self._disk.writer == self._name:
            self._breaches.append(Breach("a lock is given back", str(lock)))
        trace, photos = tuple(machine.trace), tuple(machine.photos)
        said, breaches = tuple(self._said), tuple(self._breaches)
        return Ran(number, trace, photos, self.photo(), code, said, breaches, execution)

    def happens(self, deed: Deed) -> None:
        """Let something happen that is not this process's doing."""
        account, newest = self._account, self._account.newest()
        match deed:
            case "another run":
                self._breaches += _Process(self._task, self._disk, account, "another run").run(0).breaches
            case "person creates a user":
                account.add(Settings(777, 77, "Enable"), "person")
            case "person creates the same user":
                account.add(self._task.wanted, "person")
            case "person copies the newest user" if newest is not None:
                account.add(account.users[newest].settings, "person")
            case "person edits the newest user" if newest is not None:
                account.meddle(newest, total_limit=4321)
            case "person disables the newest user" if newest is not None:
                account.meddle(newest, status="Disable")

    def _apply(
        self, project: workflow.Project, means: apply_workflow.Means, reviewed: Plan | None
    ) -> tuple[int | None, Execution | None]:
        approval = apply_workflow.Approval(
            self._said.append, lambda _: True, apply_workflow.review_check(reviewed, None)
        )
        with suppress(Crash):
            try:
                execution = apply_workflow.apply(project, approval, (), means)
            except SarvSyncError as error:
                self._say(error)
                return error.exit_code, None
            except Exception:  # noqa: BLE001 - a bug: the schedule that leads to it is what is wanted
                self._breaches.append(Breach("no run ends in a way that nobody foresaw", format_exc()))
                return EXIT_ERROR, None
            if execution.error is not None:
                self._say(execution.error)
            self._said.append(execution.outcome)
            return apply_workflow.exit_code(execution), execution
        return None, None

    def _say(self, error: SarvSyncError) -> None:
        self._said += [f"{fault.message} ({fault.hint})" for fault in error.faults]

    def _state_world(self, machine: Machine) -> StateSurroundings:
        return StateSurroundings(
            now=lambda: _at(machine),
            new_id=lambda: self._name.replace(" ", ""),
            notice=self._said.append,
            sleep=lambda _: None,
        )


def _at(machine: Machine) -> datetime:
    return _NOW + timedelta(hours=machine.hours)


def _planned(machine: Machine) -> World | None:
    """Return the world after the listing that the plan was made from: under the lock, if it came to that."""
    kinds = [label.split(" ", 1)[0] for label in machine.trace]
    locked = kinds.index("swap") if "swap" in kinds else 0
    return machine.photos[kinds.index("list", locked)] if "list" in kinds[locked:] else None
