"""What an apply of a few changes costs when the state is large, by where the state is kept."""

from __future__ import annotations

import json
import os
import statistics
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from applied import OPTIONS
from process import Process
from projects import STATE_FILE, adopt_all, write_users
from report import Section, table
from sandbox_process import running_sandbox

sys.path.append(str(Path(__file__).parents[1]))  # the engines are those of the tests

from tests.engines.catalog import ENGINES, engines, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox_process import SandboxProcess
    from scale import Scale
    from tests.engines.interface import Access

USERS = 10_000
CHANGES = 100
RUNS = 3
_PROGRAM = Path(__file__).with_name("counting_apply.py")
_HOW = f"""\
An apply of {CHANGES} changes to an account of {USERS:,} users, all of them in the state, against a sandbox without
latency; each engine runs on the same machine. Median of {RUNS} runs each. `state writes` is how often the document is
written, `bytes` what it comes to in all, `writing` the part of the seconds that those writes take.
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one apply took: seconds, and of the state the writes, their bytes and their seconds."""

    seconds: float
    writes: int
    size: int
    writing: float


def places(folder: Path, scale: Scale) -> Section:  # noqa: ARG001 - as often as `RUNS` says
    """Measure updates and creates in every kind of place."""
    rows = []
    with running_sandbox(users=USERS) as sandbox:
        project, pins = adopt_all(folder / "project", sandbox)
        with engines(folder) as running:
            for kind in sorted(ENGINES):
                place = folder / f"place-{kind}"
                place.mkdir()
                access = running[kind].access(place)
                _carry_over(project, place, access)
                rows += [_row(kind, what, costs) for what, costs in _costs(sandbox, place, access, pins).items()]
    columns = ("place", "changes", "seconds", "state writes", "bytes", "writing")
    return Section(_HOW + "\n" + table(columns, rows), [])


def _carry_over(project: Path, place: Path, access: Access) -> None:
    """Put the state, which adopting wrote into a file, where `access` leads."""
    with _surrounded(access.environment):
        open_store(access, place).swap(None, (project / STATE_FILE).read_bytes())


def _costs(sandbox: SandboxProcess, place: Path, access: Access, pins: Mapping[str, str]) -> Mapping[str, list[Cost]]:
    """Return what some runs of updates and of creates cost. What one created stays in the file of the next."""
    costs: dict[str, list[Cost]] = {"updates": [], "creates": []}
    users: dict[str, str | None] = dict(pins)
    for number in range(1, RUNS + 1):
        _write(place, access, users, number)
        costs["updates"].append(_apply(sandbox, place, access))
        users.update({f"new-{number}-{index:03}": None for index in range(CHANGES)})
        _write(place, access, users, number)
        costs["creates"].append(_apply(sandbox, place, access))
    return costs


def _write(place: Path, access: Access, users: Mapping[str, str | None], more: int) -> None:
    write_users(place, users, more, raised=CHANGES)
    with (place / "sarv-sync.yaml").open("a", encoding="utf-8") as file:
        file.write(f"state: {json.dumps(access.settings)}\n")


def _apply(sandbox: SandboxProcess, place: Path, access: Access) -> Cost:
    command = [sys.executable, str(_PROGRAM), "counts.json", "apply", *OPTIONS]
    seconds = Process(command, place, {**sandbox.environment, **access.environment}).seconds()
    writes, size, writing = json.loads((place / "counts.json").read_text(encoding="utf-8"))
    return Cost(seconds, writes, size, writing)


def _row(kind: str, what: str, costs: list[Cost]) -> tuple[str, ...]:
    seconds = statistics.median(cost.seconds for cost in costs)
    writing = statistics.median(cost.writing for cost in costs)
    last = costs[-1]
    return (kind, f"{CHANGES} {what}", f"{seconds:.2f}", f"{last.writes}", f"{last.size:,}", f"{writing:.2f}")


@contextmanager
def _surrounded(environment: Mapping[str, str]) -> Iterator[None]:
    """Let this very process have `environment` for a while: libraries read their settings there."""
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
