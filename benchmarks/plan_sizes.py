"""A plan of more and more users, against itself."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import pairwise
from typing import TYPE_CHECKING

from comparison import median_peak, median_seconds
from growth import MOST_GROWTH, slope
from owned import USERS_A_FILE, owned_account
from process import PROGRAM, Process
from report import Section, ratios, raw, table
from result import BYTES, MIB, MICROSECONDS, Result
from tree_memory import peak_of_tree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from result import Unit
    from scale import Scale

SIZES = (10_000, 100_000, 1_000_000)
QUICK_SIZES = (10_000, 40_000, 100_000)
MOST_MEMORY = 4 * 2**30
_HOW = f"""\
`plan` of accounts that are as they should be, all users in the local state; medians of {{runs}} runs of each size in
turn, after one whose time does not count. The memory is what all processes of a plan hold at once, as Linux tells it
many times a second during that first one. The listing comes from a server, in a process of its own, that sends a
prepared file. Up to {USERS_A_FILE:,} users are in one file, more of them in included files of {USERS_A_FILE:,} each.
`for each user` divides the whole plan, its start with it, by the users, and nothing is subtracted. `for each further
user` is the difference from the size before, by the difference of users: what grows with the account is seen there,
and there it may grow by {MOST_GROWTH - 1:.0%} at most."""


def plan_sizes(folder: Path, scale: Scale) -> Section:
    """Measure time and memory of plans of growing size."""
    with ExitStack() as stack:
        sizes = scale.of(SIZES, QUICK_SIZES)
        accounts = {size: stack.enter_context(owned_account(folder / f"{size}", size)) for size in sizes}
        plans = {size: Process([PROGRAM, "plan"], each.folder, each.environment) for size, each in accounts.items()}
        trees = {size: peak_of_tree(plan) for size, plan in plans.items()}
        rounds = [[plan.run() for plan in plans.values()] for _ in range(scale.runs)]
    runs = dict(zip(plans, zip(*rounds, strict=True), strict=True))
    times = {size: median_seconds(each) for size, each in runs.items()}
    peaks = {size: trees[size] or median_peak(each) for size, each in runs.items()}
    return ratios(
        _HOW.format(runs=scale.runs),
        [growth("time", times, MICROSECONDS), growth("peak memory", peaks, BYTES), most_memory(peaks)],
        _table(times, peaks),
        raw([(f"{size:,} users", each) for size, each in runs.items()]),
    )


def growth(what: str, figures: Mapping[int, float], unit: Unit) -> Result:
    """Return what each further user costs from the second size to the third, against the first step."""
    small, middle, large = figures.items()
    return Result(
        f"`plan`, {what} of each further user from {middle[0]:,} to {large[0]:,}",
        f"from {small[0]:,} to {middle[0]:,}",
        slope(middle, large),
        slope(small, middle),
        MOST_GROWTH,
        unit,
    )


def most_memory(peaks: Mapping[int, float]) -> Result:
    """Return the peak of the largest plan against what it may take."""
    largest = max(peaks)
    return Result(f"`plan`, {largest:,} users: peak memory", "4 GiB", peaks[largest], MOST_MEMORY, 1.0, MIB)


def _table(times: Mapping[int, float], peaks: Mapping[int, float]) -> str:
    columns = ("users", "seconds", "µs for each user", "µs for each further user", "peak MiB",
               "bytes for each user", "bytes for each further user")  # fmt: skip
    further = [
        ("-", "-"),
        *(
            (f"{slope(*seconds) * 1e6:,.1f}", f"{slope(*memory):,.0f}")
            for seconds, memory in zip(pairwise(times.items()), pairwise(peaks.items()), strict=True)
        ),
    ]
    rows = [
        (
            f"{size:,}", f"{times[size]:.2f}", f"{times[size] / size * 1e6:,.1f}", more_time,
            f"{peaks[size] / 2**20:,.1f}", f"{peaks[size] / size:,.0f}", more_memory,
        )
        for size, (more_time, more_memory) in zip(times, further, strict=True)
    ]  # fmt: skip
    return table(columns, rows)
