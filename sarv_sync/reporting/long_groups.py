"""What is said of the changes of one action where they are too many to be shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.model.plan import IRREVERSIBLE
from sarv_sync.reporting.extent import fits
from sarv_sync.reporting.foremost import foremost
from sarv_sync.reporting.long_text import NAMED_MAX, STOPPED_MAX, raises_words, rest_lines
from sarv_sync.reporting.rows import origin_note
from sarv_sync.reporting.wording import WHY_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sarv_sync.model.plan import Action, Cause, Change
    from sarv_sync.reporting.extent import Extent
    from sarv_sync.reporting.rows import Group
    from sarv_sync.reporting.style import Style

_OUTSIDE: dict[Cause, str] = {"drift": "undoes a change made outside", "both": "also changed outside"}

_STOPPING: frozenset[Action] = frozenset({"disable", "rotate"})
"""What stops users, or the programs that send with their passwords."""


def sums_up_group(group: Group, extent: Extent) -> bool:
    """Say whether changes of `group` are left out. Deliveries are summed up by where passwords go, on their own."""
    return group.action != "deliver" and not fits(len(group.rows), extent.changes)


def foremost_of(group: Group) -> Group:
    """Return the few changes of `group` that are shown."""
    return replace(group, rows=group.rows.of(foremost(group.rows.changes)))


def long_remark(group: Group) -> str:
    """Return the remark on `group`, and in which order its foremost changes come."""
    order = "the largest limits first" if group.action == "create" else raises_words(group.rows.changes)
    return "; ".join(part for part in (group.remark, order) if part)


def rest_of(group: Group, style: Style) -> Iterator[str]:
    """Yield what is said of all changes of `group` below the foremost."""
    named = STOPPED_MAX if group.action in _STOPPING else NAMED_MAX
    return rest_lines(group.rows.changes, _note, style, named)


def _note(change: Change) -> str:
    """Return what a change is for, and what is special about it, without any name."""
    notes = [WHY_WORDS[change.why]] if change.why is not None else []
    if change.action not in IRREVERSIBLE and not change.reversible:
        notes.append("gets a new password, which cannot be undone")
    if change.cause != "config":
        notes.append("its user is missing" if change.action == "create" else _OUTSIDE[change.cause])
    notes.append(origin_note(change))
    return ", ".join(note for note in notes if note)
