"""How many instructions a plan executes, by the number of users. Counted, so a busy machine does not matter."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import suppress
from itertools import pairwise
from os import devnull, environ
from typing import TYPE_CHECKING

from growth import MOST_GROWTH, slope
from owned import owned_account
from process import PROGRAM
from report import Section, ratios, table
from result import INSTRUCTIONS, Result

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from owned import Owned
    from scale import Scale

SIZES = (100, 1_000, 10_000)
_HOW = """\
Instructions of the whole process in user space, as {counter} counts them, one run each: `plan` of an account that is
as it should be. What each further user takes is the difference of two sizes by the difference of their users; it has
to stay the same."""

_Counter = tuple[str, ...]
_PERF: _Counter = ("perf", "stat", "--event", "instructions:u", "--field-separator", ",")
_CALLGRIND: _Counter = ("valgrind", "--tool=callgrind", f"--callgrind-out-file={devnull}")
_PATTERNS: Mapping[_Counter, re.Pattern[str]] = {
    _PERF: re.compile(r"^(\d+),,instructions:u", re.MULTILINE),
    _CALLGRIND: re.compile(r"Collected : (\d+)"),
}


def instructions(folder: Path, scale: Scale) -> Section:  # noqa: ARG001 - a count needs no second run
    """Count the instructions of plans of growing size."""
    counter = _counter()
    counted = []
    for size in SIZES:
        with owned_account(folder / f"{size}", size) as account:
            counted.append(_count(counter, account))
    columns = ("users", "instructions", "for each user", "for each further user")
    further = ["-", *(f"{each:,.0f}" for each in _slopes(counted))]
    rows = [
        (f"{size:,}", f"{count:,}", f"{count / size:,.0f}", more)
        for size, count, more in zip(SIZES, counted, further, strict=True)
    ]
    return ratios(_HOW.format(counter=counter[0]), [_result(counted)], table(columns, rows))


def _result(counted: Sequence[int]) -> Result:
    first, last = _slopes(counted)
    return Result(
        f"`plan`, each further user from {SIZES[1]:,} to {SIZES[2]:,}",
        f"from {SIZES[0]:,} to {SIZES[1]:,}",
        last,
        first,
        MOST_GROWTH,
        INSTRUCTIONS,
    )


def _slopes(counted: Sequence[int]) -> list[float]:
    return [slope(*two) for two in pairwise(zip(SIZES, counted, strict=True))]


def _counter() -> _Counter:
    """Return what counts here: `perf` where the machine lets it, else valgrind."""
    for counter in (_PERF, _CALLGRIND):
        with suppress(OSError, RuntimeError):  # it is missing, or may not count here
            if _ran(counter, [sys.executable, "-c", "pass"], {}):
                return counter
    sys.exit("instructions cannot be counted: perf has no counter here (or is missing), and valgrind is missing")


def _count(counter: _Counter, account: Owned) -> int:
    command = [sys.executable, PROGRAM, "plan"]
    counted = _ran(counter, command, {**account.environment, "PYTHONHASHSEED": "0"}, account.folder)
    if not counted:
        raise RuntimeError(f"{counter[0]} counted nothing")
    return counted


def _ran(counter: _Counter, command: Sequence[str], settings: Mapping[str, str], folder: Path | None = None) -> int:
    """Return the instructions of `command`, those of its forks with them; 0 if there is no counter."""
    done = subprocess.run(
        [*counter, *command], cwd=folder, env={**environ, **settings}, check=False, text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"under {counter[0]} the command failed: {done.stderr}")
    return sum(map(int, _PATTERNS[counter].findall(done.stderr)))
