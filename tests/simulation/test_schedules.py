"""The real apply, stopped and deceived at every single call.

`SARV_SYNC_SEARCH=deep` searches further, which takes an hour. A failure prints the schedule, ready to be given to
`replay`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulation.history import replay
from tests.simulation.menus import EXHAUSTIVE, KNOWN, anything, crashes, mishaps, people
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.schedule import DEEDS, IMITATORS, Event, Schedule
from tests.simulation.search import Menu, expect_sound

if TYPE_CHECKING:
    from tests.simulation.conftest import Searching
    from tests.simulation.schedule import Deed

LONGER = "longer searches: SARV_SYNC_SEARCH=deep"
DEEP = os.environ.get("SARV_SYNC_SEARCH") == "deep"
ALL = tuple(SCENARIOS)
LAGGING = "recreate, but only the listing lags"
PINNED = "create, then pin another"
FEW = (
    "create one",
    "update",
    "adopt and edit",
    "two names change places",
    "returning name",
    LAGGING,
)
LIES: tuple[Deed, ...] = ("names another",)
"""An answer that names another's user is believed where the listing, too, does not say that this user was there."""
CHOICE = [deed for deed in DEEDS if deed not in {*LIES, *(deed for _, deed in KNOWN)}]


@pytest.mark.parametrize("name", sorted(set(ALL) - {LAGGING, PINNED}))
def test_without_a_mishap_one_run_does_everything(name: str) -> None:
    history = replay(Schedule(name))

    expect_sound(history)
    assert len(history.runs) == (1 if history.scenario.later is history.scenario.files else 2)
    assert history.runs[-1].code == 0


@pytest.mark.parametrize("name", ALL)
def test_any_one_mishap_and_a_crash_do_no_harm(name: str, search: Searching) -> None:
    search(name, anything(1), crashes(1))


@pytest.mark.parametrize("name", ALL if DEEP else FEW)
def test_any_two_mishaps_do_no_harm(name: str, search: Searching) -> None:
    search(name, anything(2, but=LIES))


@pytest.mark.skipif(not DEEP, reason=LONGER)
@pytest.mark.parametrize("name", ALL)
def test_any_two_mishaps_and_a_crash_do_no_harm(name: str, search: Searching) -> None:
    search(name, mishaps(2, but=LIES), crashes(1))


@pytest.mark.skipif(not DEEP, reason=LONGER)
@pytest.mark.parametrize("name", ALL)
def test_any_mishap_a_person_and_a_crash_do_no_harm(name: str, search: Searching) -> None:
    search(name, mishaps(1), people(1), crashes(1))


@pytest.mark.skipif(not DEEP, reason=LONGER)
@pytest.mark.parametrize("name", ["create two", "create two, limits known to be echoed"])
def test_three_crashes_two_time_outs_and_a_person_do_no_harm_together(name: str, search: Searching) -> None:
    search(
        name,
        *(Menu(menu.most + more, menu.deeds) for menu, more in zip(EXHAUSTIVE, (1, 1, 0), strict=True)),
    )


def test_a_user_that_is_only_missing_from_a_listing_that_lags_is_not_made_again() -> None:
    history = replay(Schedule(LAGGING))

    assert "us" not in {user.maker for _, user in history.world.truth.users}


def imitated_at_most_once(events: tuple[Event, ...]) -> bool:
    """Who copies a birthmark and changes the original beside it passes the copy off as ours."""
    return sum(event.deed in IMITATORS for event in events) < 2


schedules = st.builds(
    Schedule,
    st.sampled_from(ALL),
    st.lists(
        st.builds(Event, st.integers(0, 2), st.integers(0, 25), st.sampled_from(CHOICE)),
        min_size=2,
        max_size=5,
    )
    .map(tuple)
    .filter(imitated_at_most_once),
)


@settings(max_examples=20_000 if DEEP else 1_000, deadline=None, derandomize=not DEEP)
@given(schedules)
def test_any_few_mishaps_do_no_harm(schedule: Schedule) -> None:
    expect_sound(replay(schedule))
