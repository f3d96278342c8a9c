"""Which few entries of a long section weigh most."""

from __future__ import annotations

from heapq import nlargest
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.plan import FieldChange

FOREMOST_MAX = 5
"""Entries. They, and the sums below them, take about one screen."""


class Entry(Protocol):
    """A change, or drift."""

    @property
    def name(self) -> str:
        """Whose it is."""

    @property
    def fields(self) -> tuple[FieldChange, ...]:
        """What moves."""


E = TypeVar("E", bound=Entry)


class _Weight(NamedTuple):
    """By which factor a limit grows most, and to what each limit does: 0 where it does not.

    To send again weighs little, to send less nothing. Of users still to be made, the limits themselves count.
    """

    factor: float
    total_limit: int
    hourly_limit: int


_NOTHING = _Weight(0, 0, 0)


def foremost(entries: Sequence[E]) -> list[E]:
    """Return the few entries to be shown: those that raise a limit most, else the first ones.

    The one that grows most and the ones that get the most come in turn: neither a limit that is doubled to two
    billion nor one that is a thousand times what it was is left out for the sake of others of the other sort.
    """
    weights = [_weight(entry.fields) for entry in entries]
    raises = [index for index, weight in enumerate(weights) if weight != _NOTHING]
    orders = [
        nlargest(FOREMOST_MAX, raises, key=lambda index: (weights[index].factor, max(weights[index][1:]))),
        nlargest(FOREMOST_MAX, raises, key=lambda index: (weights[index].total_limit, weights[index].factor)),
        nlargest(FOREMOST_MAX, raises, key=lambda index: (weights[index].hourly_limit, weights[index].factor)),
    ]
    in_turn = chain(*zip(*orders, strict=True), range(len(entries))[:FOREMOST_MAX])
    return [entries[index] for index in islice(dict.fromkeys(in_turn), FOREMOST_MAX)]


def is_raise(entry: Entry) -> bool:
    """Say whether a limit is raised, or somebody may send again."""
    return _weight(entry.fields) != _NOTHING


def _weight(fields: Sequence[FieldChange]) -> _Weight:
    factor: float = 0
    total = hourly = 0
    for field in fields:
        before, after = field.before, field.after
        if not isinstance(after, int):
            factor = max(factor, 1 if (before, after) == ("Disable", "Enable") else 0)
            continue
        if isinstance(before, int):
            if after <= before:
                continue
            factor = max(factor, after / max(before, 1))
        if field.field == "total_limit":
            total = after
        else:
            hourly = after
    return _Weight(factor, total, hourly) if factor or total or hourly else _NOTHING
