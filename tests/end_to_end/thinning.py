"""Which of its steps a run is killed at, where another sweep kills runs that take mostly the same.

All kinds of sinks share what comes before a delivery and after it. One kind is killed at each of those steps. Any
other is killed at the steps that are its own and at some of the rest: each at different ones, so that together they
take all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def own(steps: Sequence[str], others: Sequence[str]) -> range:
    """Return the numbers, from 1, of the steps from the first to the last at which two runs differ, and of those next
    to them. Nothing is its own if they do not differ.
    """
    alike = _alike(steps, others)
    if alike == len(steps) == len(others):
        return range(0)
    ends = _alike(steps[alike:][::-1], others[alike:][::-1])
    return range(max(alike, 1), len(steps) - ends + 2)


def thinned(steps: Sequence[str], kept: range, offset: int, stride: int) -> Iterator[int]:
    """Yield the numbers of the steps that are `kept`, and of every `stride`-th."""
    return (number for number in range(1, len(steps) + 1) if number in kept or number % stride == offset % stride)


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many steps two runs begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((number for number, (here, there) in enumerate(pairs) if here != there), min(len(one), len(other)))
