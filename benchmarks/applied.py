"""One apply of a whole project under latency, seen from outside: by the clock and by the sandbox."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from machine_load import Beside, words
from process import PROGRAM, Process
from projects import STATE_FILE
from report import table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from process import Run
    from sandbox_process import SandboxProcess

LATENCY = 0.05
PARALLELISM = 16
OPTIONS = ("--auto-approve", "--quiet", "--parallelism", str(PARALLELISM))


@dataclass(frozen=True, slots=True)
class Applied:
    """One apply. Times are in seconds; `latency` is what a call took alone.

    `before`, `changing` and `after` are the parts that the first and the last change of the account, as the sandbox
    saw them, divide the time into. `writes` is how often the state was written; `beside` are the cores that other
    processes kept busy, None where that cannot be known.
    """

    run: Run
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


def measure(sandbox: SandboxProcess, project: Path) -> Applied:
    """Apply the project's file, against a sandbox that is otherwise idle."""
    latency, writes = sandbox.real_latency(), _serial(project)
    beside = Beside(sandbox.tally().cpu)
    run = Process([PROGRAM, "apply", *OPTIONS], project, sandbox.environment).run()
    tally = sandbox.tally()
    before, changing, after = tally.first - run.start, tally.last - tally.first, run.start + run.seconds - tally.last
    cores = beside.cores(tally.cpu)
    return Applied(run, before, changing, after, latency, tally.calls, _serial(project) - writes, cores)


def applied_table(applies: Sequence[Applied]) -> str:
    """Return every apply, with the parts of its time and the calls it made."""
    columns = (
        "run", "of the bound", "seconds", "bound", "latency, ms", "to the first change", "from first to last",
        "after the last", "calls", "`listSmtp`", "`addSmtp`", "`editSmtp`", "state writes", "peak MiB",
        "cores busy beside",
    )  # fmt: skip
    rows = [
        (
            f"{number}", f"{each.bound / each.run.seconds:.1%}", f"{each.run.seconds:.2f}", f"{each.bound:.2f}",
            f"{each.latency * 1000:.1f}", f"{each.before:.2f}", f"{each.changing:.2f}", f"{each.after:.2f}",
            *(f"{count:,}" for count in _calls(each)), f"{each.writes}", f"{each.run.peak / 2**20:.0f}",
            words(each.beside),
        )
        for number, each in enumerate(applies, 1)
    ]  # fmt: skip
    return table(columns, rows)


def _serial(project: Path) -> int:
    """Return the state's serial, which grows by one with every write."""
    path = project / STATE_FILE
    return int(json.loads(path.read_bytes())["serial"]) if path.exists() else 0


def _calls(each: Applied) -> list[int]:
    kinds = ("listSmtp", "addSmtp", "editSmtp")
    return [sum(each.calls.values()), *(each.calls.get(kind, 0) for kind in kinds)]
