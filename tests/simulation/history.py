"""One simulated history: the real use case, run after run, until everything is done."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from sarv_sync import workflow
from sarv_sync.applying.run import Surroundings
from sarv_sync.errors import SarvSyncError
from sarv_sync.planning.planner import make_plan
from sarv_sync.state.document import encode
from sarv_sync.state.journal import Holder
from sarv_sync.state.journal import Surroundings as StateSurroundings
from tests.simulation.account import LAST, Account, Provider, listing_of
from tests.simulation.judge import Judge
from tests.simulation.machine import Clock, Crash, Crew, Machine, Nobody, chooser
from tests.simulation.memory_store import Disk, MemoryStore
from tests.simulation.scenarios import ACCOUNT, SCENARIOS, values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sarv_sync.applying.executor import Execution
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.state import State
    from tests.simulation.scenarios import Scenario
    from tests.simulation.schedule import Deed, Schedule

RUNS_TO_CONVERGE = 3
_NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)


@dataclass
class History:
    """What came of a schedule: the account and the state as they are, every run's calls, every rule broken."""

    schedule: Schedule
    scenario: Scenario
    account: Account
    disk: Disk
    traces: list[list[str]] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def state(self) -> State:
        """Return the state as it is kept, an empty one where there is none."""
        return self.disk.state() or self._empty()

    def deeds(self) -> set[Deed]:
        """Return what went wrong."""
        return {event.deed for event in self.schedule.events}

    def plan(self) -> Plan:
        """Return what a plan would say now, from the truth."""
        return make_plan(self.scenario.later, ACCOUNT, self.state(), listing_of(self.account.users))

    def __str__(self) -> str:
        lines = [f"replay({self.schedule!r})"]
        for run, (trace, end) in enumerate(zip(self.traces, self.ends, strict=True)):
            lines += [f"  run {run}: {end}", *(f"    {index:2} {label}" for index, label in enumerate(trace))]
        lines += [f"  user {name} ({self.account.makers[name]}): {now}" for name, now in self.account.users.items()]
        return "\n".join([*lines, f"  state {self.state()}"])

    def _empty(self) -> State:
        from sarv_sync.model.state import State

        return State("", 0, ACCOUNT)


def replay(schedule: Schedule) -> History:
    """Live through `schedule`, then run without further mishap until the plan is empty, at most a few times.

    What happens later than that happens then, and there is one run more.
    """
    scenario = SCENARIOS[schedule.scenario]
    disk = Disk(encode(scenario.state) if scenario.state else None)
    history = History(schedule, scenario, Account(scenario.users, scenario.cap, scenario.hidden), disk)
    troubled = 1 + max((event.run for event in schedule.events), default=0)
    for run in range(troubled + RUNS_TO_CONVERGE):
        if run == troubled:
            history.account.settle(LAST - 1)
        code = _run(history, run)
        final = run >= troubled or (run + 1 == troubled and scenario.later is scenario.files)
        if final and (code == 0 or (code == 4 and run >= troubled and not history.plan().changes)):
            break
    if history.account.settle():
        _run(history, len(history.traces))
    return history


def _run(history: History, run: int) -> int | None:
    scenario = history.scenario
    machine = Machine(run, history.schedule.events, lambda deed: _person(history, deed))
    judge = Judge(scenario, history.account, history.disk, f"run {run}")
    store = judge.store = MemoryStore(history.disk, machine)
    provider = Provider(history.account, machine, judge)
    configuration = scenario.files if run == 0 else scenario.later
    project = workflow.Project(configuration, ACCOUNT, store, provider)
    world = Surroundings(provider, Clock(), chooser(run), machine, Nobody(), Crew(), parallelism=1)
    state_world = StateSurroundings(lambda: _NOW, lambda: f"run{run}", lambda _: None)
    means = workflow.Means(Holder(f"run {run}", "sarv-sync apply"), world, state_world, nullcontext)
    approval = workflow.Approval(show=lambda _: None, ask=lambda _: True)
    code: int | None = None
    end = "crashed"
    with suppress(Crash):
        try:
            execution = workflow.apply(project, approval, (), means)
            code = workflow.exit_code(execution)
            end = f"exit {code}, verified {execution.outcome.verified}, {execution.error!r}"
            judge.broken += _untrue(execution, code, configuration, history)
        except SarvSyncError as error:
            code = error.exit_code
            end = f"exit {code}, {error!r}"
    history.traces.append(machine.trace)
    history.ends.append(end)
    history.broken += judge.broken
    return code


def _untrue(execution: Execution, code: int, configuration: Configuration, history: History) -> list[str]:
    """Return what a run claims and is not so. An edit by somebody else may come after the claim."""
    outcome = execution.outcome
    parts = (outcome.applied, outcome.failed, outcome.unknown, outcome.not_attempted)
    names = [entry.name for part in parts for entry in part]
    broken = []
    if outcome.verified and len(names) > len(outcome.applied):
        broken.append("verified only when nothing failed or was left")
    if len(names) != len(set(names)):
        broken.append("each change ends in one way")
    if "person edits the newest user" in history.deeds():
        return broken
    for name in _not_as_desired(configuration, history):
        if outcome.verified and name in {entry.name for entry in outcome.applied}:
            broken.append(f"verified only when true: {name}")
        if code == 0:
            broken.append(f"exit 0 only when all is as desired: {name}")
    return broken


def _not_as_desired(configuration: Configuration, history: History) -> Iterator[str]:
    bindings, users = history.state().bindings, history.account.users
    for name, user in configuration.users.items():
        if name not in bindings or users.get(bindings[name].smtp_user_name) != user.settings:
            yield name
    for name in bindings.keys() - configuration.users.keys():
        if users[bindings[name].smtp_user_name].status == "Enable":
            yield name


def _person(history: History, deed: Deed) -> None:
    account = history.account
    newest = account.newest()
    match deed:
        case "person creates the same user":
            wanted = [user.settings for user in history.scenario.files.users.values()]
            account.add(wanted[0] if wanted else values(100, 10), "person")
        case "person copies the newest user" if newest is not None:
            account.add(account.users[newest], "person")
        case "person edits the newest user" if newest is not None:
            account.edit(newest, {"total_limit": 4321})
        case _:
            account.add(values(777, 77), "person")
