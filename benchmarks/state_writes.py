"""How much of the state an apply writes, by the number of changes. Counted, not timed."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from applied import OPTIONS, PARALLELISM
from process import Process
from projects import adopt_all, new_project, write_users
from report import Section, table
from sandbox_process import running_sandbox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox_process import SandboxProcess
    from scale import Scale

SIZES = (100, 1_000, 10_000)
QUICK_SIZES = (10, 100, 1_000)
MOST_WRITES = 4
"""How many times the writes of the smallest apply the largest may make. It has a hundred times as many changes."""
MOST_BYTES = 2
"""How many times the bytes for each change of the second the largest may write: they grow with the changes."""
_PROGRAM = Path(__file__).with_name("counting_apply.py")
_HOW = f"""\
How often an apply writes the local state, and how many bytes in all, with no latency and parallelism {PARALLELISM}.
Targets: for the most changes at most {MOST_WRITES} times as many writes as for the fewest, and for each of them at
most {MOST_BYTES} times the bytes that each takes when they are a tenth.
"""


@dataclass(frozen=True, slots=True)
class Written:
    """What an apply of `changes` changes wrote: how often, and how many bytes in all."""

    kind: str
    changes: int
    writes: int
    size: int

    @property
    def each(self) -> float:
        """Bytes for each change."""
        return self.size / self.changes


def writes(folder: Path, scale: Scale) -> Section:
    """Count the state writes of creates and updates."""
    sizes = scale.of(SIZES, QUICK_SIZES)
    creates = [_creates(folder / f"creates-{count}", count) for count in sizes]
    updates = [_updates(folder / f"updates-{count}", count) for count in sizes]
    columns = ("changes", "state writes", "bytes", "bytes for each change")
    rows = [
        (f"{each.changes:,} {each.kind}", f"{each.writes}", f"{each.size:,}", f"{each.each:,.0f}")
        for each in (*creates, *updates)
    ]
    return Section(_HOW + "\n" + table(columns, rows), [*missed_targets(creates), *missed_targets(updates)])


def missed_targets(grown: Sequence[Written]) -> list[str]:
    """Return the targets that applies of growing size missed."""
    small, middle, large = grown
    missed = []
    if large.writes > MOST_WRITES * small.writes:
        missed.append(
            f"{large.changes:,} {large.kind}: {large.writes} state writes, more than {MOST_WRITES} times the "
            f"{small.writes} of {small.changes:,}"
        )
    if large.each > MOST_BYTES * middle.each:
        missed.append(
            f"{large.changes:,} {large.kind}: {large.each:,.0f} bytes of state for each, more than {MOST_BYTES} "
            f"times the {middle.each:,.0f} of {middle.changes:,}"
        )
    return missed


def _creates(folder: Path, count: int) -> Written:
    with running_sandbox() as sandbox:
        return _counted(sandbox, new_project(folder, count), "creates", count)


def _updates(folder: Path, count: int) -> Written:
    with running_sandbox(users=count) as sandbox:
        project, pins = adopt_all(folder, sandbox)
        write_users(project, pins, more=1)
        return _counted(sandbox, project, "updates", count)


def _counted(sandbox: SandboxProcess, project: Path, kind: str, changes: int) -> Written:
    command = [sys.executable, str(_PROGRAM), "counts.json", "apply", *OPTIONS]
    Process(command, project, sandbox.environment).seconds()
    times, size, _ = json.loads((project / "counts.json").read_text(encoding="utf-8"))
    return Written(kind, changes, times, size)
