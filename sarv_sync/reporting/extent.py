"""How much of a plan a text shows.

::

    plan                     asked for    shown
    ---------------------    ---------    --------------------------------------------------------------------
    at most 200 entries      nothing      every change; of lists that call for no decision, the first ten
    more                     nothing      what is in few entries; of long sections a few, and sums of the rest
    any                      --full       everything
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.model.plan import Plan

LONG_FROM = 201
"""Entries. A plan that has fewer is read from beginning to end."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How long lists may be to be shown in full; None: always.

    `changes` counts the entries of a section of changes or of drift, `alike` messages that say much the same, `few`
    what calls for no decision.
    """

    changes: int | None
    alike: int | None
    few: int | None


EVERYTHING = Extent(changes=None, alike=None, few=None)
EVERY_CHANGE = Extent(changes=None, alike=None, few=10)
SUMMED_UP = Extent(changes=50, alike=10, few=10)


def extent_of(plan: Plan, *, full: bool) -> Extent:
    """Return how much of `plan` a person is shown who asked for the `full` plan, or for nothing in particular."""
    if full:
        return EVERYTHING
    parts = (plan.changes, plan.drift, plan.blocked, plan.refusals, plan.warnings)
    return SUMMED_UP if sum(map(len, parts)) >= LONG_FROM else EVERY_CHANGE


def fits(count: int, most: int | None) -> bool:
    """Say whether a list of `count` entries is shown in full where it may have `most`."""
    return most is None or count <= most
