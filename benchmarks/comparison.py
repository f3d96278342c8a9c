"""A command against its yardsticks, run in turn."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from result import MIB, Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from process import Process, Run
    from scale import Scale


@dataclass(frozen=True, slots=True)
class Yardstick:
    """A command that a measurement is held against.

    `largest_ratio` is the largest ratio of the times that reaches the target, `largest_memory` the largest of the
    peaks; None where there is no target.
    """

    name: str
    process: Process
    largest_ratio: float | None = None
    largest_memory: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is measured, and against what."""

    what: str
    ours: Process
    yardsticks: Sequence[Yardstick]

    def measure(self, scale: Scale) -> Compared:
        """Run all sides in turn, after one run each that fills the caches and does not count."""
        yardsticks = [each for each in self.yardsticks if each.largest_ratio is not None or not scale.quick]
        sides = [self.ours, *(each.process for each in yardsticks)]
        rounds = [[side.run() for side in sides] for _ in range(scale.runs + 1)][1:]
        ours, *theirs = zip(*rounds, strict=True)
        return Compared(self.what, ours, list(zip(yardsticks, theirs, strict=True)))


@dataclass(frozen=True, slots=True)
class Compared:
    """The runs of both sides."""

    what: str
    ours: Sequence[Run]
    theirs: Sequence[tuple[Yardstick, Sequence[Run]]]

    def results(self) -> list[Result]:
        """Return the medians of both sides: of the time, and of the peak memory."""
        times = [
            Result(self.what, each.name, median_seconds(self.ours), median_seconds(runs), each.largest_ratio)
            for each, runs in self.theirs
        ]
        memory = [
            Result(
                f"{self.what}: peak memory",
                each.name,
                median_peak(self.ours),
                median_peak(runs),
                each.largest_memory,
                MIB,
            )
            for each, runs in self.theirs
        ]
        return [*times, *memory]

    def sides(self) -> list[tuple[str, Sequence[Run]]]:
        """Return all runs by what was run."""
        return [(self.what, self.ours), *((each.name, runs) for each, runs in self.theirs)]


def median_seconds(runs: Sequence[Run]) -> float:
    """Return the median of the wall times."""
    return statistics.median(run.seconds for run in runs)


def median_peak(runs: Sequence[Run]) -> float:
    """Return the median of the peaks, in bytes."""
    return statistics.median(run.peak for run in runs)
