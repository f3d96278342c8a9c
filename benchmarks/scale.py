"""How much is measured: everything, or what two minutes suffice for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Scale:
    """`runs` are those of each side that count. `quick` leaves out what has no target or takes long."""

    runs: int = 5
    quick: bool = False

    def of(self, full: _T, quick: _T) -> _T:
        """Return what to take: `full`, or `quick` where there is little time."""
        return quick if self.quick else full


FULL = Scale()
QUICK = Scale(runs=2, quick=True)
