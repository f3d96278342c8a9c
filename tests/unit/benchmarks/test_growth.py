from __future__ import annotations

import pytest

from plan_sizes import growth, most_memory
from result import MICROSECONDS

GIB = 2**30
GROWN = [
    ("the same for every user", (1.0, 10.0, 100.0), True),
    ("a start that takes its time", (9.0, 18.0, 108.0), True),
    ("a fifth more for each further user", (1.0, 10.0, 117.9), True),
    ("more than that", (1.0, 10.0, 118.1), False),
    ("less for each further user", (1.0, 10.0, 50.0), True),
]


@pytest.mark.parametrize(("what", "figures", "reached"), GROWN, ids=[case[0] for case in GROWN])
def test_what_each_further_user_costs_may_grow_by_a_fifth(
    what: str, figures: tuple[float, float, float], reached: bool
) -> None:
    by_size = dict(zip((10, 100, 1000), figures, strict=True))
    assert growth("time", by_size, MICROSECONDS).reached is reached


@pytest.mark.parametrize(("peak", "reached"), [(4 * GIB, True), (4 * GIB + 1, False)])
def test_the_largest_plan_has_four_gibibytes(peak: int, reached: bool) -> None:
    assert most_memory({10: 0, 1000: peak}).reached is reached
