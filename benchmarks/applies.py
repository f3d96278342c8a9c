"""An apply under latency: the whole process, against the least that its calls could have taken."""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ansible import CORE, playbook_seconds
from comparison import PROGRAM, Process, Result
from machine_load import Beside, words
from projects import STATE_FILE, adopt_all, new_project, write_users
from report import Section, ratios, table
from sandbox_process import running_sandbox

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sandbox_process import SandboxProcess

LATENCY = 0.05
PARALLELISM = 16
CHANGES = 1000
RUNS = 3
OPTIONS = ("--auto-approve", "--quiet", "--parallelism", str(PARALLELISM))
_OF_BOUND = 1 / 0.9
_UNDER = f"{LATENCY * 1000:.0f} ms latency, parallelism {PARALLELISM}"
_HOW = f"""\
Median of {RUNS} runs, each told below. The whole process is more than its changes: Python starts, and the account
is listed for the plan, again under the lock, and at the end for the proof. The sandbox, in a process of its own,
counts the calls it gets. The bound is that number times the latency by {PARALLELISM}; the latency is what a call
takes alone on a kept connection, the median of some in the same run. The last column says how many cores other
processes kept busy meanwhile: figures from a busy machine are worth little."""


@dataclass(frozen=True, slots=True)
class Applied:
    """One apply. Times are in seconds; `latency` is what a call took alone.

    `before`, `changing` and `after` are the parts that the first and the last change of the account, as the sandbox
    saw them, divide `seconds` into. `writes` is how often the state was written; `beside` are the cores that other
    processes kept busy, None where that cannot be known.
    """

    seconds: float
    before: float
    changing: float
    after: float
    latency: float
    calls: Mapping[str, int]
    writes: int
    beside: float | None

    @property
    def bound(self) -> float:
        """The time that all calls take if `PARALLELISM` of them are under way at every moment."""
        return sum(self.calls.values()) * self.latency / PARALLELISM

    @property
    def bound_of_changes(self) -> float:
        """The same for the calls that change the account, all but the first, which has been answered by then."""
        changes = sum(count for kind, count in self.calls.items() if kind != "listSmtp")
        return (changes - 1) * self.latency / PARALLELISM


def creates(folder: Path) -> Section:
    """Measure creating users, each time in an empty account."""
    runs = []
    for number in range(RUNS):
        with running_sandbox(LATENCY) as sandbox:
            runs.append(measure(sandbox, new_project(folder / f"{number}", CHANGES)))
    return ratios(_HOW, _against_bound("creates", runs), _table(runs))


def updates(folder: Path) -> Section:
    """Measure updating all users of an account, each time to other values, and Ansible doing the same once."""
    runs = []
    with running_sandbox(LATENCY, users=CHANGES) as sandbox:
        project, pins = adopt_all(folder / "updates", sandbox)
        for more in range(1, RUNS + 1):
            write_users(project, pins, more)
            runs.append(measure(sandbox, project))
        beside = Beside(sandbox.tally().cpu)
        theirs = playbook_seconds(folder / "ansible", sandbox, list(pins.values()))
        cores = beside.cores(sandbox.tally().cpu)
    ours = statistics.median(run.seconds for run in runs)
    what = f"`apply`, {CHANGES:,} updates, {_UNDER}"
    against = f"{CORE}, `ansible.builtin.uri` in a loop, one run"
    busy = f"\nBeside Ansible, other processes kept {words(cores)} cores busy.\n"
    return ratios(_HOW, [Result(what, against, ours, theirs, 1 / 40)], _table(runs), busy)


def measure(sandbox: SandboxProcess, project: Path) -> Applied:
    """Apply the project's file, against a sandbox that is otherwise idle."""
    latency, writes = sandbox.real_latency(), _serial(project)
    beside = Beside(sandbox.tally().cpu)
    start = time.monotonic()
    Process([PROGRAM, "apply", *OPTIONS], project, sandbox.environment).seconds()
    end = time.monotonic()
    tally = sandbox.tally()
    before, changing, after = tally.first - start, tally.last - tally.first, end - tally.last
    cores = beside.cores(tally.cpu)
    return Applied(end - start, before, changing, after, latency, tally.calls, _serial(project) - writes, cores)


def _serial(project: Path) -> int:
    """Return the state's serial, which grows by one with every write."""
    path = project / STATE_FILE
    return int(json.loads(path.read_bytes())["serial"]) if path.exists() else 0


def _against_bound(kind: str, runs: Sequence[Applied]) -> list[Result]:
    median = sorted(runs, key=lambda run: run.seconds)[len(runs) // 2]
    what = f"`apply`, {CHANGES:,} {kind}, {_UNDER}"
    return [
        Result(
            f"{what}: from the first change to the last",
            "the bound",
            median.changing,
            median.bound_of_changes,
            _OF_BOUND,
        ),
        Result(f"{what}: the whole process", "the bound", median.seconds, median.bound, _OF_BOUND),
    ]


def _table(runs: Sequence[Applied]) -> str:
    columns = (
        "run", "of the bound", "seconds", "bound", "latency, ms", "to the first change", "from first to last",
        "after the last", "calls", "`listSmtp`", "`addSmtp`", "`editSmtp`", "state writes", "cores busy beside",
    )  # fmt: skip
    rows = [
        (
            f"{number}", f"{run.bound / run.seconds:.1%}", f"{run.seconds:.2f}", f"{run.bound:.2f}",
            f"{run.latency * 1000:.1f}", f"{run.before:.2f}", f"{run.changing:.2f}", f"{run.after:.2f}",
            *(f"{count:,}" for count in _calls(run)), f"{run.writes}", words(run.beside),
        )
        for number, run in enumerate(runs, 1)
    ]  # fmt: skip
    return table(columns, rows)


def _calls(run: Applied) -> list[int]:
    kinds = ("listSmtp", "addSmtp", "editSmtp")
    return [sum(run.calls.values()), *(run.calls.get(kind, 0) for kind in kinds)]
