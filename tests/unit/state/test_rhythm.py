from __future__ import annotations

from datetime import timedelta

import pytest

from sarv_sync.state.rhythm import CHECK, Rhythm
from tests.unit.state.journals import NOON

TICK = timedelta(seconds=0.2)
NOTHING = timedelta(0)


class Run:
    """A run that asks at every tick, and whose looks take as long as it is told."""

    def __init__(self) -> None:
        self.time = NOON
        self.rhythm = Rhythm(NOON)
        self.looks = 0

    def ticks(self, number: int, took: timedelta = NOTHING) -> int:
        """Let so many ticks go by; return how many looks that were."""
        before = self.looks
        for _ in range(number):
            self.time += TICK
            if self.rhythm.is_due(self.time):
                began = self.time
                self.time += took
                self.rhythm.looked(began, self.time)
                self.looks += 1
        return self.looks - before


@pytest.mark.parametrize(
    ("took", "least", "most"),
    [(NOTHING, 30, 35), (timedelta(seconds=0.3), 5, 9), (timedelta(seconds=0.9), 1, 4)],
)
def test_the_longer_a_look_takes_the_seldomer_it_is(took: timedelta, least: int, most: int) -> None:
    run = Run()
    run.ticks(10, took)
    assert least <= run.ticks(100, took) <= most


def test_nobody_is_left_alone_for_longer_than_fifteen_seconds() -> None:
    run = Run()
    run.ticks(40, timedelta(seconds=8))
    assert run.ticks(5 * 16, timedelta(seconds=8)) >= 1


def test_who_was_halted_looks_first() -> None:
    run = Run()
    run.ticks(20, timedelta(seconds=0.9))
    run.ticks(3, timedelta(seconds=0.9))
    run.time += timedelta(seconds=3)

    assert run.ticks(1) == 1


def test_who_was_halted_during_a_look_looks_once_more() -> None:
    run = Run()
    run.ticks(20)
    while not run.ticks(1, timedelta(seconds=5)):
        pass

    assert run.ticks(1) == 1


def test_a_write_is_a_look() -> None:
    run = Run()
    for _ in range(50):
        run.time += CHECK - TICK
        run.rhythm.wrote(run.time)
    assert run.ticks(1) == 0


def test_a_clock_that_was_set_back_makes_a_look_due() -> None:
    run = Run()
    run.ticks(20)
    run.time -= timedelta(hours=1)
    assert run.ticks(1) == 1
