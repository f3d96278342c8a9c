"""A figure against its yardstick."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """How a figure is shown. Figures are kept in seconds, bytes or plain counts; `size` is the unit's in these."""

    name: str
    size: float
    decimals: int = 0

    def shown(self, figure: float) -> str:
        """Return `figure` in this unit, with its name."""
        return f"{figure / self.size:,.{self.decimals}f} {self.name}"


MS = Unit("ms", 1e-3)
MICROSECONDS = Unit("µs", 1e-6, 1)
MIB = Unit("MiB", 2**20, 1)
BYTES = Unit("bytes", 1)
INSTRUCTIONS = Unit("instructions", 1)


@dataclass(frozen=True, slots=True)
class Result:
    """Figures of both sides, and the largest ratio (ours by the yardstick's) that reaches the target, if any."""

    what: str
    against: str
    ours: float
    yardstick: float
    largest_ratio: float | None
    unit: Unit = MS

    @property
    def ratio(self) -> float:
        """Return how many times the yardstick's figure ours is."""
        return self.ours / self.yardstick

    @property
    def reached(self) -> bool:
        """Return whether the target is reached, as it is where there is none."""
        return self.largest_ratio is None or self.ratio <= self.largest_ratio
