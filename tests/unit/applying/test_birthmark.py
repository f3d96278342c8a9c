from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sarv_sync.applying.birthmark import FREE_PAIRS_WANTED, HOURLY_MAX, TOTAL_MAX, choose, taken_pairs
from sarv_sync.errors import Refused
from sarv_sync.model.secret import Secret
from sarv_sync.model.state import Birthmark, Intent, Retired, State
from sarv_sync.model.users import LIMIT_MAX, Listing, ObservedUser
from tests.unit.applying.stage import ACCOUNT, entry, values

limits = st.integers(1, 200) | st.integers(1, LIMIT_MAX)
marks = st.builds(Birthmark, st.integers(1, 300), st.integers(1, 80))
seeds = st.integers(0, 2**32).map(random.Random)


class Same:
    """A chooser that always gives the same."""

    def randint(self, a: int, b: int, /) -> int:
        return a

    def getrandbits(self, k: int, /) -> int:
        return 0


class Extreme:
    """A chooser that alternates between the most and the least."""

    def __init__(self) -> None:
        self._most = False

    def randint(self, a: int, b: int, /) -> int:
        self._most = not self._most
        return b if self._most else a

    def getrandbits(self, k: int, /) -> int:
        return 0


def test_a_birthmark_allows_no_more_an_hour_than_in_all() -> None:
    assert choose(values(5000, 200), set(), Extreme()) == Birthmark(64, 64)


@given(limits, limits, st.sets(marks, max_size=50), seeds)
def test_a_birthmark_is_free_small_and_never_round(
    total: int, hourly: int, taken: set[Birthmark], chooser: random.Random
) -> None:
    mark = choose(values(total, hourly), taken, chooser)

    assert mark not in taken
    assert 1 <= mark.hourly_limit <= min(hourly, 64)
    assert mark.hourly_limit <= mark.total_limit <= 65_536
    assert mark.total_limit % 10 != 0


@given(st.integers(10_000, LIMIT_MAX), st.integers(1, LIMIT_MAX), seeds)
def test_a_birthmark_is_within_the_desired_limits_where_those_leave_enough_pairs(
    total: int, hourly: int, chooser: random.Random
) -> None:
    mark = choose(values(total, hourly), set(), chooser)

    assert mark.total_limit <= total
    assert mark.hourly_limit <= hourly


def free(total: int, hourly: int, taken: set[Birthmark]) -> int:
    pairs = {
        Birthmark(t, h) for h in range(1, min(hourly, total, HOURLY_MAX) + 1) for t in range(h, total + 1) if t % 10
    }
    return len(pairs - taken)


@pytest.mark.parametrize(
    ("total", "hourly", "taken"),
    [
        (1, 1, 0),
        (50, 5, 0),
        (100, 100, 0),
        (4400, 1, 0),
        (1000, 5, 1000),
    ],
)
def test_where_the_limits_leave_too_few_pairs_the_total_alone_may_exceed_them(
    total: int, hourly: int, taken: int
) -> None:
    used = {Birthmark(1 + number % total, 1 + number // total) for number in range(taken)}
    assert free(total, hourly, used) < FREE_PAIRS_WANTED

    drawn = [choose(values(total, hourly), used, random.Random(seed)) for seed in range(200)]

    assert max(mark.total_limit for mark in drawn) > total
    assert max(mark.total_limit for mark in drawn) <= TOTAL_MAX
    assert max(mark.hourly_limit for mark in drawn) <= hourly


@pytest.mark.parametrize(
    ("total", "hourly", "taken"), [(4600, 1, 0), (1000, 5, 100), (200, 60, 0), (100_000, 1, 6000)]
)
def test_where_the_limits_leave_enough_pairs_they_are_kept(total: int, hourly: int, taken: int) -> None:
    used = {Birthmark(1 + number % total, 1 + number // total) for number in range(taken)}

    drawn = [choose(values(total, hourly), used, random.Random(seed)) for seed in range(200)]

    assert max(mark.total_limit for mark in drawn) <= total


def test_pairs_that_are_taken_outside_the_limits_leave_them_room() -> None:
    elsewhere = {Birthmark(total, 65) for total in range(1, 60_001)}

    drawn = [choose(values(4600, 1), elsewhere, random.Random(seed)) for seed in range(50)]

    assert max(mark.total_limit for mark in drawn) <= 4600


def test_users_are_born_throttled_however_much_they_are_to_send() -> None:
    mark = choose(values(LIMIT_MAX, LIMIT_MAX), set(), random.Random(1))

    assert mark.hourly_limit <= 64
    assert mark.total_limit <= 65_536


def test_when_no_pair_is_free_the_create_is_refused_rather_than_tried_for_ever() -> None:
    with pytest.raises(Refused) as refused:
        choose(values(5000, 200), {Birthmark(1, 1)}, Same())

    assert refused.value.hint


def test_what_the_listing_the_files_and_the_journal_hold_is_taken() -> None:
    listing = Listing({"smtp1": ObservedUser("smtp1", values(1, 2), Secret(""))})
    state = State(
        "lineage",
        1,
        ACCOUNT,
        intents={"i": Intent("i", "news", Birthmark(5, 6), "l")},
        retired=(Retired("old", Birthmark(7, 8), "l"),),
        listings={"l": ()},
    )

    taken = taken_pairs(listing, [entry("billing", 3, 4)], state)

    assert taken == {Birthmark(1, 2), Birthmark(3, 4), Birthmark(5, 6), Birthmark(7, 8)}
