"""Messages that say much the same, summed up: ten thousand entries that lack one label are one thing to mend."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Generic, TypeVar

from sarv_sync.reporting.alike import ALIKE_MAX
from sarv_sync.reporting.deliveries import without_names
from sarv_sync.reporting.extent import fits
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sarv_sync.errors import Fault
    from sarv_sync.model.plan import Blocked, Plan, Refusal
    from sarv_sync.reporting.extent import Extent

Entry = TypeVar("Entry")

SIMILAR_MAX = 20
"""Kinds of messages. Where there are more, those that come last are only counted."""

_WITH_DIGITS = re.compile(r"[^\s`'\"()]*[0-9][^\s`'\"()]*")


@dataclass(frozen=True, slots=True)
class Similar(Generic[Entry]):
    """Some entries of one kind, and how many more of it there are."""

    shown: Sequence[Entry]
    more: int

    @property
    def rest(self) -> str:
        """What is said of those that are not shown, empty where there are none."""
        kind = "like this" if self.shown else "of other kinds"
        return f"and {self.more:,} more {kind}" if self.more else ""


def similar(entries: Sequence[Entry], likeness: Callable[[Entry], str], most: int | None) -> Iterator[Similar[Entry]]:
    """Yield `entries` by `likeness`, a few of each kind that has more than `most`; all as they are for None."""
    if fits(len(entries), most):
        yield Similar(entries, 0)
        return
    kinds: dict[str, list[Entry]] = {}
    for entry in entries:
        kinds.setdefault(likeness(entry), []).append(entry)
    found = list(kinds.values())
    for kind in found[:SIMILAR_MAX]:
        yield Similar(kind, 0) if fits(len(kind), most) else Similar(kind[:ALIKE_MAX], len(kind) - ALIKE_MAX)
    if others := found[SIMILAR_MAX:]:
        yield Similar((), sum(map(len, others)))


def sums_up_messages(plan: Plan, extent: Extent) -> bool:
    """Say whether some of the plan's warnings, refusals or reasons to leave names out are not shown."""
    most = extent.alike
    alone = [entry for entry in plan.blocked if entry.reason != "listing"]
    return any(
        kind.more
        for kinds in (
            similar(plan.warnings, fault_likeness, most),
            similar(alone, blocked_likeness, most),
            similar(plan.refusals, refusal_likeness, most),
        )
        for kind in kinds
    )


def blocked_likeness(entry: Blocked) -> str:
    """Return what names that are left out for one reason have in common."""
    return f"{entry.reason} {_without_numbers(without_names(entry.hint, entry.name, None))}"


def refusal_likeness(entry: Refusal) -> str:
    """Return what refusals that are mended alike have in common."""
    return f"{entry.reason} {_without_numbers(entry.hint)}"


def fault_likeness(fault: Fault) -> str:
    """Return what warnings that are mended alike have in common."""
    return _without_numbers(fault.hint or fault.message)


def _without_numbers(text: str) -> str:
    """Return `text` without the words that hold digits: values, and most names that are as good as numbers."""
    return _WITH_DIGITS.sub("0", text)
