"""Plans of large accounts, against others that plan and against the least that there is to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plain
from comparison import Comparison, Yardstick
from octodns_plan import octodns_plan
from owned import owned_account
from peers import OCTODNS
from process import PROGRAM, Process
from report import Section, compared

if TYPE_CHECKING:
    from pathlib import Path

    from scale import Scale

CHANGED = 10
"""One of so many users, or records, differs."""
_ACCOUNT = """\
All users are in the local state. The listing comes from a server, in a process of its own, that sends a prepared
file: the plan is measured, and not the sandbox."""


def plan_10000(folder: Path, scale: Scale) -> Section:
    """Measure `plan` with many changes, against octoDNS and against a script."""
    users = 10_000
    with owned_account(folder / "account", users) as account:
        account.change(users // CHANGED)
        # All three say everything that they found.
        ours = Process([PROGRAM, "plan", "--full"], account.folder, account.environment)
        octodns = octodns_plan(folder / "octodns", users, users // CHANGED)
        script = plain.script("plan", account.folder, account.environment)
        _check(ours, f"{users // CHANGED:,} to update")
        _check(octodns, f"Updates={users // CHANGED}")
        comparison = Comparison(
            "`plan --full`, 10,000 users, 10% changed",
            ours,
            [
                Yardstick(f"{OCTODNS}, 10,000 A records, YAML to YAML, 10% changed", octodns, 1 / 12, 1.0),
                Yardstick(plain.SCRIPT, script),
            ],
        )
        return compared(scale, [comparison.measure(scale)], _ACCOUNT)


def plan_100000(folder: Path, scale: Scale) -> Section:
    """Measure `plan` of a large account that is as it should be, against what no plan can do without."""
    with owned_account(folder / "account", 100_000) as account:
        ours = Process([PROGRAM, "plan"], account.folder, account.environment)
        _check(ours, "Nothing to change: 100,000 users")
        comparison = Comparison(
            "`plan`, 100,000 users",
            ours,
            [
                Yardstick(
                    "the floor: C events of the same file and `json.loads` of the same listing",
                    plain.floor(account.folder, account.listing),
                    2.5,
                )
            ],
        )
        return compared(scale, [comparison.measure(scale)], _ACCOUNT)


def _check(process: Process, words: str) -> None:
    """See that what is about to be measured does what it is to do."""
    output = process.output()
    if words not in output:
        raise RuntimeError(f"{process.arguments[0]} was to find {words!r}; it ended with: {output[-500:]}")
