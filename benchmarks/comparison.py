"""One command against its yardstick."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROGRAM = str(Path(sys.executable).with_name("sarv-sync"))
RUNS = 5


@dataclass(frozen=True, slots=True)
class Process:
    """A command line and where it runs. It has to end with exit code 0."""

    arguments: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def seconds(self) -> float:
        """Run it and return its wall time."""
        environment = {**os.environ, **self.environment}
        start = time.perf_counter()
        subprocess.run(self.arguments, cwd=self.folder, env=environment, stdout=subprocess.DEVNULL, check=True)
        return time.perf_counter() - start


@dataclass(frozen=True, slots=True)
class Result:
    """Seconds of both sides, and the largest ratio (ours by the yardstick's) that reaches the target."""

    what: str
    against: str
    ours: float
    yardstick: float
    largest_ratio: float

    @property
    def ratio(self) -> float:
        """Return how many times the yardstick's time ours is."""
        return self.ours / self.yardstick

    @property
    def reached(self) -> bool:
        """Return whether the target is reached."""
        return self.ratio <= self.largest_ratio


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is measured against what, and the largest ratio that reaches the target."""

    what: str
    against: str
    ours: Process
    yardstick: Process
    largest_ratio: float

    def measure(self) -> Result:
        """Run both sides in turn, after one run each that fills the caches and does not count."""
        pairs = [(self.ours.seconds(), self.yardstick.seconds()) for _ in range(RUNS + 1)][1:]
        ours = statistics.median(pair[0] for pair in pairs)
        yardstick = statistics.median(pair[1] for pair in pairs)
        return Result(self.what, self.against, ours, yardstick, self.largest_ratio)
