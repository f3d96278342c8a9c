"""Choosing the limits that a new user is recognised by.

The two limits are all that a caller writes and the listing echoes. A new user gets a random pair that nobody else
has, small enough that a user left behind by a crash can send almost nothing, and odd enough that no person would
have typed it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import Refused
from sarv_sync.model.state import Birthmark

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sarv_sync.applying.interface import Chooser
    from sarv_sync.model.state import State
    from sarv_sync.model.users import DesiredUser, Listing, Settings

FREE_PAIRS_WANTED = 4096
TOTAL_MAX = 65_536
HOURLY_MAX = 64

_TRIES = 100_000


def choose(desired: Settings, taken: set[Birthmark], chooser: Chooser) -> Birthmark:
    """Return a pair within the desired limits that is not in `taken`.

    Where those leave fewer than `FREE_PAIRS_WANTED` free pairs, the total alone may exceed its desired value, up
    to `TOTAL_MAX`. Raises `Refused` if there is no free pair to be found.
    """
    hourly_max = min(desired.hourly_limit, desired.total_limit, HOURLY_MAX)
    total_max = min(desired.total_limit, TOTAL_MAX)
    if _free_pairs(total_max, hourly_max, taken) < FREE_PAIRS_WANTED:
        total_max = TOTAL_MAX
    for _ in range(_TRIES):
        hourly = chooser.randint(1, hourly_max)
        mark = Birthmark(chooser.randint(hourly, total_max), hourly)
        if mark not in taken and not _round(mark.total_limit):
            return mark
    raise Refused(
        f"no pair of limits is free to recognise a new user by: {len(taken)} are taken",
        "raise the hourly_limit of the new user's entry: the more it leaves, the more pairs there are",
    )


def taken_pairs(listing: Listing, desired: Iterable[DesiredUser], state: State) -> set[Birthmark]:
    """Return every pair that a listing, the files or the journal hold already."""
    settings = [user.settings for user in listing.users.values()] + [user.settings for user in desired]
    marks = {Birthmark(values.total_limit, values.hourly_limit) for values in settings}
    marks |= {intent.birthmark for intent in state.intents.values()}
    return marks | {retired.birthmark for retired in state.retired}


def _free_pairs(total_max: int, hourly_max: int, taken: set[Birthmark]) -> int:
    """Count the pairs that are left, or say that they are enough without counting, as they nearly always are."""
    pairs = _pairs(total_max, hourly_max)
    if pairs - len(taken) >= FREE_PAIRS_WANTED:
        return FREE_PAIRS_WANTED
    return pairs - sum(1 for mark in taken if mark.hourly_limit <= hourly_max and mark.total_limit <= total_max)


def _pairs(total_max: int, hourly_max: int) -> int:
    """Count the pairs whose total is not round and not below the hourly limit (a few low ones more or less)."""
    return total_max * hourly_max * 9 // 10 - hourly_max * (hourly_max - 1) // 2


def _round(total: int) -> bool:
    return total % 10 == 0
