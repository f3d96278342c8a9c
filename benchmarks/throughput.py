"""How many calls the sandbox answers in a second."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from machine_load import Beside, words
from report import Section, table
from sandbox_process import running_sandbox

if TYPE_CHECKING:
    from sandbox_process import SandboxProcess
    from scale import Scale

ROUNDS = 3
SECONDS = 2
USERS = 10
WANTED = 2_000
_CALLS = ("listSmtp", "editSmtp", "addSmtp")
_PROGRAM = Path(__file__).with_name("calling.py")
_HOW = f"""\
Calls a second, for {SECONDS} s, by as many processes as are told, each on one kept connection; {USERS} users at
first. Of {ROUNDS} rounds, each with a new sandbox, the slowest counts. How callers and sandbox fall into step moves
these figures: with one connection opened and closed before, the same calls came out up to twice as fast; so does what
else the machine does. They are good for the target, and not for comparing one version with the next.
"""


def sandbox(folder: Path, scale: Scale) -> Section:  # noqa: ARG001 - what every measurement is given
    """Measure the sandbox with the calls that an apply makes."""
    core, other = _cores()
    beside = Beside()
    rows, missed = [], []
    for call, callers in [(call, callers) for call in _CALLS for callers in (1, 4)]:
        rates = []
        for _ in range(ROUNDS):
            with running_sandbox(users=USERS, core=core) as running:
                rates.append(_rate(running, call, callers, other))
        slowest = min(rates)
        if callers > 1 and slowest < WANTED:
            missed.append(f"sandbox, {call}: {slowest:,.0f} calls a second, at least {WANTED:,}")
        reached = ("-", "-") if callers == 1 else (f"{WANTED:,}", "yes" if slowest >= WANTED else "no")
        rows.append((f"`{call}`", f"{callers}", f"{slowest:,.0f}", f"{max(rates):,.0f}", *reached))
    where = "The sandbox has one core, the callers another." if core is not None else "No core can be chosen here."
    where += f" Other processes kept {words(beside.cores())} cores busy meanwhile."
    columns = ("call", "callers", "slowest round", "fastest round", "target", "reached")
    return Section(f"{_HOW}{where}\n\n{table(columns, rows)}", missed)


def _cores() -> tuple[int | None, int | None]:
    """Return a core for the sandbox and one for its callers; None where that cannot be chosen."""
    if not hasattr(os, "sched_getaffinity"):
        return None, None
    cores = sorted(os.sched_getaffinity(0))
    return cores[0], cores[-1]


def _rate(running: SandboxProcess, call: str, callers: int, core: int | None) -> float:
    """Return the calls a second, once the sandbox has confirmed how many they were."""
    command = [sys.executable, str(_PROGRAM), running.url, call, str(SECONDS), "-" if core is None else str(core)]
    asking = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(callers)]
    answered = sum(int(each.communicate()[0]) for each in asking)
    calls = dict(running.tally().calls)
    calls["listSmtp"] -= callers  # each lists once before it begins to count
    if calls[call] != answered:
        raise RuntimeError(f"the sandbox saw {calls}, the callers {answered} of {call}")
    return answered / SECONDS
