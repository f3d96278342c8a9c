"""Violations that the search found and that the program still has.

One that is mended fails here. It is then taken out, and out of `menus.KNOWN` or `Scenario.known`.
"""

from __future__ import annotations

import pytest

from tests.simulation.history import replay
from tests.simulation.invariants import breaches_at_the_end
from tests.simulation.placing import everywhere
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.schedule import Schedule
from tests.simulation.search import expect_sound

HALF_MADE = "recreate one that was never finished"


@pytest.mark.xfail(
    reason="the second user is in no journal: its birthmark is forgotten with the create",
    strict=True,
)
def test_a_create_that_a_proxy_repeats_leaves_no_user_unaccounted_for() -> None:
    for schedule in everywhere(Schedule("create one"), "done twice"):
        expect_sound(replay(schedule))


@pytest.mark.xfail(
    reason="only the last listing before a create says who was there before it",
    strict=True,
)
def test_an_empty_listing_and_a_crash_raise_no_question() -> None:
    for schedule in everywhere(Schedule("create one"), "empty", "crash after"):
        expect_sound(replay(schedule))


@pytest.mark.xfail(
    reason="the name has its old user back, and the birthmark that this one was given up by",
    strict=True,
)
def test_a_refused_create_leaves_everything_as_it_was() -> None:
    for schedule in everywhere(Schedule(HALF_MADE), "refused"):
        world = replay(schedule).world
        assert not breaches_at_the_end(world, SCENARIOS[HALF_MADE].later, frozenset())
