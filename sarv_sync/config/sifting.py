"""Leaving out of an edit what the files cannot hold, so that the rest can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sarv_sync.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sarv_sync.errors import Fault

Item = TypeVar("Item")
Reason = tuple[Item, "tuple[Fault, ...]"]


def sift(items: Sequence[Item], attempt: Callable[[Sequence[Item]], object]) -> tuple[list[Item], list[Reason[Item]]]:
    """Return those of `items` that `attempt` takes without raising `Refused`, and why it does not take each other.

    Where few are refused, few attempts are made. Whatever else `attempt` raises goes on its way.
    """
    faults = _refusal(items, attempt) if items else ()
    return (list(items), []) if not faults else _halved(items, attempt, faults)


def _halved(
    items: Sequence[Item], attempt: Callable[[Sequence[Item]], object], faults: tuple[Fault, ...]
) -> tuple[list[Item], list[Reason[Item]]]:
    """Return the same for `items` that are refused together, for the reason `faults`."""
    if len(items) == 1:
        return [], [(items[0], faults)]
    middle = len(items) // 2
    halves = [(half, _refusal(half, attempt)) for half in (items[:middle], items[middle:])]
    if all(why == faults for _, why in halves):  # it is not about any one of them
        return [], [(item, faults) for item in items]
    taken: list[Item] = []
    refused: list[Reason[Item]] = []
    for half, why in halves:
        some, others = (list(half), []) if not why else _halved(half, attempt, why)
        taken += some
        refused += others
    return taken, refused


def _refusal(items: Sequence[Item], attempt: Callable[[Sequence[Item]], object]) -> tuple[Fault, ...]:
    try:
        attempt(items)
    except Refused as refused:
        return refused.faults
    return ()
