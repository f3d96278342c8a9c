"""In what part of the program each command spends its time."""

from __future__ import annotations

import json
import statistics
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from owned import owned_account
from process import Process
from projects import adopt_all, write_users
from report import Section, table
from sandbox_process import running_sandbox

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scale import Scale

USERS = 10_000
CHANGES = 1_000
PARTS = ("imports", "files", "state", "account", "planning", "applying", "output", "rest")
_PROGRAM = str(Path(__file__).with_name("sampled.py"))
_READING: Mapping[str, Sequence[str]] = {
    "--help": ("--help",),
    "validate": ("validate",),
    "plan": ("plan",),
    "plan --format json": ("plan", "--format", "json"),
    "drift": ("drift",),
    "apply, nothing to do": ("apply", "--auto-approve"),
    "explain NAME": ("explain", "smtp1000007"),
    "export": ("export",),
    "snapshot": ("snapshot", "--out", "snapshot.json"),
    "state list": ("state", "list"),
    "history": ("history",),
    "doctor": ("doctor",),
}
_PLANNING: Mapping[str, Sequence[str]] = {
    "plan": ("plan", "--out", "plan.json"),
    "plan --full": ("plan", "--full"),
    "plan --format json": ("plan", "--format", "json"),
    "plan --format markdown": ("plan", "--format", "markdown"),
    "show PLAN": ("show", "plan.json"),
}
_HOW = f"""\
Milliseconds of processor time, looked at every millisecond of it: an account of {USERS:,} users, all in the local
state; medians of {{runs}} runs. `imports` has the start of the interpreter and loading modules, `files` reading and
proving the configuration, `account` the calls, `output` the command line and everything that is printed."""


def profiles(folder: Path, scale: Scale) -> Section:
    """Sample every command."""
    with owned_account(folder / "owned", USERS) as account:
        rows = [_row(*each, account.folder, account.environment, scale) for each in _READING.items()]
        account.change(USERS)
        rows += [
            _row(f"{what}, all changed", arguments, account.folder, account.environment, scale)
            for what, arguments in _PLANNING.items()
        ]
    rows += _applies(folder, scale)
    return Section(_HOW.format(runs=scale.runs) + "\n\n" + table(("command", "in all", *PARTS), rows), [])


def _applies(folder: Path, scale: Scale) -> list[tuple[str, ...]]:
    """Sample applies of an account that takes no time to answer."""
    arguments = ("apply", "--auto-approve", "--quiet", "--parallelism", "16")
    updates, creates = [], []
    with running_sandbox(users=USERS) as sandbox:
        project, pins = adopt_all(folder / "applied", sandbox)
        users: dict[str, str | None] = dict(pins)
        for number in range(1, scale.runs + 1):
            write_users(project, users, number, raised=CHANGES)
            updates.append(_sample(arguments, project, sandbox.environment))
            users |= {f"new-{number}-{index:04}": None for index in range(CHANGES)}
            write_users(project, users, number, raised=CHANGES)
            creates.append(_sample(arguments, project, sandbox.environment))
    return [
        _cells(f"apply, {CHANGES:,} updates", updates),
        _cells(f"apply, {CHANGES:,} creates", creates),
    ]


def _row(
    what: str, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], scale: Scale
) -> tuple[str, ...]:
    return _cells(what, [_sample(arguments, folder, environment) for _ in range(scale.runs)])


def _sample(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Mapping[str, float]:
    result = folder / "sampled.json"
    Process([sys.executable, _PROGRAM, str(result), *arguments], folder, environment).run()
    return Counter(json.loads(result.read_text(encoding="utf-8")))


def _cells(what: str, runs: Sequence[Mapping[str, float]]) -> tuple[str, ...]:
    whole = statistics.median(sum(run.values()) for run in runs)
    parts = (statistics.median(run.get(part, 0.0) for run in runs) for part in PARTS)
    return (f"`{what}`", *(f"{seconds * 1000:,.0f}" for seconds in (whole, *parts)))
