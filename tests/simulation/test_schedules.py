"""The real apply, stopped and deceived at every single call.

By default the search takes well under a minute; `SARV_SYNC_SEARCH=deep` tries every pair of mishaps in the small
scenarios, which takes a quarter of an hour. A failure prints the schedule, ready to be given to `replay`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulation.history import replay
from tests.simulation.scenarios import SCENARIOS, SMALL
from tests.simulation.schedule import CRASHES, DEEDS, Event, Schedule
from tests.simulation.search import after, expect_sound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.simulation.schedule import Deed

    Searched = Callable[[Iterable[Schedule]], None]

DEEP = os.environ.get("SARV_SYNC_SEARCH") == "deep"
ALL = tuple(SCENARIOS)
FEW = tuple(scenario.name for scenario in SMALL)
LAGGING = "recreate, but only the listing lags"
PINNED = "create, then pin another"
CREATING = ("create one", "create one, limits known to be echoed", "recreate", "create, update and disable")


@pytest.mark.parametrize("name", sorted(set(ALL) - {LAGGING, PINNED}))
def test_without_a_mishap_one_run_does_everything(name: str) -> None:
    history = replay(Schedule(name))

    expect_sound(history)
    assert len(history.ends) == (1 if history.scenario.later is history.scenario.files else 2)
    assert history.ends[-1].startswith("exit 0")


@pytest.mark.parametrize("name", ALL)
def test_one_mishap_at_any_call_does_no_harm(name: str, searched: Searched) -> None:
    searched(after(Schedule(name), 0))


@pytest.mark.parametrize("name", FEW)
def test_a_crash_at_any_call_and_another_at_any_call_of_the_next_run_do_no_harm(
    name: str, searched: Searched
) -> None:
    def twice() -> Iterator[Schedule]:
        for once in after(Schedule(name), 0, CRASHES if DEEP else ("crash after",)):
            yield from after(once, 1, CRASHES)

    searched(twice())


@pytest.mark.parametrize("name", CREATING)
@pytest.mark.parametrize("fault", ["answer lost", "request lost", "late by 1", "late by 3", "late by 40"])
def test_a_create_without_an_answer_and_a_crash_at_any_call_after_it_do_no_harm(
    name: str, fault: Deed, searched: Searched
) -> None:
    def both() -> Iterator[Schedule]:
        for unheard in after(Schedule(name), 0):
            if unheard.events[0].deed == fault:
                yield from after(unheard, 0, CRASHES)
                yield from after(unheard, 1, CRASHES)

    searched(both())


@pytest.mark.parametrize("name", FEW if DEEP else CREATING[:1])
@pytest.mark.parametrize("deed", ["person creates the same user", "person copies the newest user"])
def test_a_person_who_creates_an_identical_user_at_any_call_keeps_it(
    name: str, deed: Deed, searched: Searched
) -> None:
    def at_any_call() -> Iterator[Schedule]:
        for once in after(Schedule(name), 0):
            yield from (other for other in after(once, 0, [deed]) if other.events[1].point > once.events[0].point)
            yield from after(once, 1, [deed])

    searched(at_any_call())


@pytest.mark.parametrize("name", ALL)
def test_a_run_that_is_asked_to_stop_at_any_call_is_gone_on_with_later(name: str, searched: Searched) -> None:
    searched(after(Schedule(name), 0, ["stop"]))


def test_a_user_that_is_only_missing_from_a_listing_that_lags_is_not_made_again() -> None:
    history = replay(Schedule(LAGGING))

    assert "us" not in history.account.makers.values()


@pytest.mark.skipif(not DEEP, reason="every pair of mishaps: SARV_SYNC_SEARCH=deep")
@pytest.mark.parametrize("name", FEW)
def test_any_two_mishaps_do_no_harm(name: str, searched: Searched) -> None:
    def pairs() -> Iterator[Schedule]:
        for once in after(Schedule(name), 0):
            for run in (0, 1):
                yield from after(once, run)

    searched(pairs())


schedules = st.builds(
    Schedule,
    st.sampled_from(ALL),
    st.lists(
        st.builds(Event, st.integers(0, 2), st.integers(0, 20), st.sampled_from(DEEDS)), min_size=2, max_size=5
    ).map(tuple),
)


@settings(max_examples=20_000 if DEEP else 1_000, deadline=None, derandomize=not DEEP)
@given(schedules)
def test_any_few_mishaps_do_no_harm(schedule: Schedule) -> None:
    expect_sound(replay(schedule))
