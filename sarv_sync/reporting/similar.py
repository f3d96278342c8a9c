"""Messages that say much the same, summed up: ten thousand entries that lack one label are one thing to mend."""

from __future__ import annotations

import re
from collections import Counter
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
"""Kinds of messages. Where there are more, a single one of each is shown: none is hidden, however many there are."""
OWN_MAX = 2
"""Messages. A word that no more of them have is their own: a name, mostly, of which there may be any number."""

Likeness = tuple[str, str]
"""A reason, and words. Entries are alike that have the same reason and, but for their own, the same words."""

_WITH_DIGITS = re.compile(r"[^\s`'\"()]*[0-9][^\s`'\"()]*")


@dataclass(frozen=True, slots=True)
class Similar(Generic[Entry]):
    """Some entries of one kind, and how many more of it there are."""

    shown: Sequence[Entry]
    more: int

    @property
    def rest(self) -> str:
        """What is said of those that are not shown, empty where there are none."""
        return f"and {self.more:,} more like this" if self.more else ""


def similar(
    entries: Sequence[Entry], likeness: Callable[[Entry], Likeness], most: int | None
) -> Iterator[Similar[Entry]]:
    """Yield `entries` by `likeness`, a few of each kind that has more than `most`; all as they are for None.

    The rarest kinds come first: what is unlike the rest is never what a long list hides.
    """
    if fits(len(entries), most):
        yield Similar(entries, 0)
        return
    found = sorted(_kinds(entries, likeness), key=len)
    crowded = len(found) > SIMILAR_MAX
    for kind in found:
        shown = 1 if crowded else len(kind) if fits(len(kind), most) else ALIKE_MAX
        yield Similar(kind[:shown], len(kind) - shown)


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


def blocked_likeness(entry: Blocked) -> Likeness:
    """Return what names that are left out for one reason have in common."""
    return entry.reason, _without_numbers(without_names(entry.hint, entry.name, None))


def refusal_likeness(entry: Refusal) -> Likeness:
    """Return what refusals that are mended alike have in common."""
    return entry.reason, _without_numbers(entry.hint)


def fault_likeness(fault: Fault) -> Likeness:
    """Return what warnings that are mended alike have in common."""
    return "", _without_numbers(fault.hint or fault.message)


def _kinds(entries: Sequence[Entry], likeness: Callable[[Entry], Likeness]) -> list[list[Entry]]:
    """Return the entries that are alike together."""
    same: dict[Likeness, list[Entry]] = {}
    for entry in entries:
        same.setdefault(likeness(entry), []).append(entry)
    counts: Counter[Likeness] = Counter()
    for (reason, text), found in same.items():
        for word in set(text.split()):
            counts[reason, word] += len(found)
    kinds: dict[Likeness, list[Entry]] = {}
    for (reason, text), found in same.items():
        words = [word if counts[reason, word] > OWN_MAX else "" for word in text.split()]
        # What has hardly a word in common with the others is of a kind of its own.
        frame = " ".join(words) if sum(map(bool, words)) * 2 >= len(words) else text
        kinds.setdefault((reason, frame), []).extend(found)
    return list(kinds.values())


def _without_numbers(text: str) -> str:
    """Return `text` without the words that hold digits: values, and most names that are as good as numbers."""
    return _WITH_DIGITS.sub("0", text)
