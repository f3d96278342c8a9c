"""The rotations of a plan: what they are done along with, and what is left out when only they were asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.model.plan import Change
from sarv_sync.model.users import entry_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.plan import Blocked, Why
    from sarv_sync.planning.rotating import Rotations
    from sarv_sync.planning.situation import Situation


def with_rotations(
    changes: Sequence[Change], situation: Situation, rotated: Rotations, left_out: frozenset[str]
) -> tuple[Change, ...]:
    """Return `changes` with those of passwords: an update of the same user is done along with its new password.

    A user that is made, adopted or renamed now keeps its password, and so does one that is `left_out`.
    """
    if not rotated.turns and not rotated.leaving:
        return tuple(changes)
    turns = rotated.turns.keys() - left_out
    by_name = {change.name: change for change in changes}
    for name in turns:
        change = by_name.get(name)
        if change is None:
            user = situation.configuration.users[name]
            binding = situation.state.bindings[name]
            by_name[name] = Change(name, "rotate", binding.smtp_user_name, "config", source=user.source)
        elif change.action == "update":
            by_name[name] = replace(change, action="rotate")
    explained = ((change, _why(change, rotated)) for change in by_name.values())
    return tuple(change if why is None else replace(change, why=why) for change, why in explained)


def _why(change: Change, rotated: Rotations) -> Why | None:
    """Return what a change is for that no value of the files shows."""
    if change.action in {"rotate", "create"}:
        return rotated.turns.get(change.name)
    disabled = any((field.field, field.after) == ("status", "Disable") for field in change.fields)
    return "left" if disabled and change.action == "update" and change.name in rotated.leaving else None


def only_asked_for(changes: Sequence[Change], rotated: Rotations, evidence: Evidence) -> tuple[Change, ...]:
    """Return those of `changes` that a rotation which was asked for makes; all of them if none was.

    What an earlier rotation left undone is part of it, where it is asked for by name or because it is time.
    """
    request = evidence.request
    if request is None:
        return tuple(changes)
    asked = {entry_name(name) for name in rotated.turns}
    names = set(request.names)
    new = {change.name for change in changes if change.action in {"create", "adopt", "rename"}} - rotated.turns.keys()
    kept = []
    for change in changes:
        entry = entry_name(change.name)
        # What apply has yet to make, adopt or rename has nothing that could be finished here.
        unfinished = change.name not in new and (request.due or entry in names) and _finishes(change, rotated)
        if entry in asked and _belongs(change, rotated):
            kept.append(change if _takes_over(change, rotated) else replace(change, fields=()))
        elif unfinished:
            kept.append(change)
    return tuple(kept)


def only_of_turns(blocked: Sequence[Blocked], rotated: Rotations, evidence: Evidence) -> tuple[Blocked, ...]:
    """Return those of `blocked` that keep a rotation which was asked for from being done; all if none was."""
    if evidence.request is None:
        return tuple(blocked)
    return tuple(one for one in blocked if entry_name(one.name) in rotated.wanted)


def _belongs(change: Change, rotated: Rotations) -> bool:
    return change.name in rotated.turns and change.action in {"create", "rotate", "deliver"}


def _finishes(change: Change, rotated: Rotations) -> bool:
    """Say whether the change delivers, makes a user with a new password ready, or disables one that has served."""
    if change.action == "deliver":
        return True
    return change.action == "update" and change.name in (rotated.unfinished | rotated.leaving)


def _takes_over(change: Change, rotated: Rotations) -> bool:
    """Say whether the change is of a user that serves, of an entry that has two."""
    return rotated.serves.get(entry_name(change.name)) == change.name
