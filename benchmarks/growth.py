"""What each further user costs, between two sizes."""

from __future__ import annotations

MOST_GROWTH = 1.2
"""How many times the cost of one more user may grow from a size to one that is ten times it."""


def slope(smaller: tuple[int, float], larger: tuple[int, float]) -> float:
    """Return what each further user costs. Both are a number of users and what they cost."""
    return (larger[1] - smaller[1]) / (larger[0] - smaller[0])
