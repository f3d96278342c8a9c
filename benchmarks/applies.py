"""An apply under latency: against the least that its calls could have taken, and against others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plain
from ansible import playbook
from applied import LATENCY, PARALLELISM, Applied, applied_table, measure
from comparison import median_seconds
from peers import ANSIBLE
from projects import adopt_all, new_project, write_users
from report import Section, ratios, raw
from result import Result
from sandbox_process import running_sandbox

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from process import Process, Run
    from sandbox_process import SandboxProcess
    from scale import Scale

CHANGES = 1000
_OF_BOUND = 1 / 0.9
_PLAYBOOK = f"{ANSIBLE}, `ansible.builtin.uri` in a loop"
_TARGETS = {_PLAYBOOK: 1 / 40, plain.SCRIPT: None}
_UNDER = f"{LATENCY * 1000:.0f} ms latency, parallelism {PARALLELISM}"
_HOW = f"""\
Median of {{runs}} runs, each told below. The whole process is more than its changes: Python starts, and the account
is listed for the plan, again under the lock, and at the end for the proof. The sandbox, in a process of its own,
counts the calls it gets. The bound is that number times the latency by {PARALLELISM}; the latency is what a call
takes alone on a kept connection, the median of some in the same run. The last column says how many cores other
processes kept busy meanwhile: figures from a busy machine are worth little."""


def creates(folder: Path, scale: Scale) -> Section:
    """Measure creating users, each time in an empty account."""
    applies = []
    for number in range(scale.runs):
        with running_sandbox(LATENCY) as sandbox:
            applies.append(measure(sandbox, new_project(folder / f"{number}", CHANGES)))
    return ratios(_HOW.format(runs=scale.runs), _against_bound("creates", applies), applied_table(applies))


def updates(folder: Path, scale: Scale) -> Section:
    """Measure updating all users of an account, each time to other values, in turn with others that do the same."""
    applies, others = [], dict[str, list["Run"]]()
    with running_sandbox(LATENCY, users=CHANGES) as sandbox:
        project, pins = adopt_all(folder / "updates", sandbox)
        for number in range(1, scale.runs + 1):
            write_users(project, pins, number)
            applies.append(measure(sandbox, project))
            if scale.quick:
                continue
            for name, process in _others(folder / f"{number}", sandbox, pins, number).items():
                others.setdefault(name, []).append(_counted(sandbox, process))
    ours = [each.run for each in applies]
    what = f"`apply`, {CHANGES:,} updates, {_UNDER}"
    median = median_seconds(ours)
    results = [Result(what, name, median, median_seconds(runs), _TARGETS[name]) for name, runs in others.items()]
    how = _HOW.format(runs=scale.runs)
    every = raw([(what, ours), *others.items()])
    return ratios(how, [*_against_bound("updates", applies), *results], applied_table(applies), every)


def _others(folder: Path, sandbox: SandboxProcess, pins: Mapping[str, str], number: int) -> Mapping[str, Process]:
    """Return what else updates all users, to values that nobody else sets."""
    folder.mkdir()
    write_users(folder, pins, more=CHANGES + number)
    return {
        plain.SCRIPT: plain.script("apply", folder, sandbox.environment),
        _PLAYBOOK: playbook(folder / "ansible", sandbox.url, list(pins.values()), number),
    }


def _counted(sandbox: SandboxProcess, process: Process) -> Run:
    """Run the process, and see that it did what it was to do."""
    sandbox.tally()
    run = process.run()
    done = sandbox.tally().calls.get("editSmtp", 0)
    if done != CHANGES:
        raise RuntimeError(f"{process.arguments[0]} was to update {CHANGES} users, and updated {done}")
    return run


def _against_bound(kind: str, applies: Sequence[Applied]) -> list[Result]:
    median = sorted(applies, key=lambda each: each.run.seconds)[len(applies) // 2]
    what = f"`apply`, {CHANGES:,} {kind}, {_UNDER}"
    return [
        Result(
            f"{what}: from the first change to the last",
            "the bound",
            median.changing,
            median.bound_of_changes,
            _OF_BOUND,
        ),
        Result(f"{what}: the whole process", "the bound", median.run.seconds, median.bound, _OF_BOUND),
    ]
