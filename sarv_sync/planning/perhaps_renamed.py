"""Entries that come while others go, with the same limits: perhaps a rename that nobody wrote down.

What apply would make stays for ever, and what it would disable may be in use; so it is said, and never acted on.
Limits that others have too, say from `defaults`, tell nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import Fault
from sarv_sync.model.users import is_second_name, is_spare_name
from sarv_sync.planning.likeness import alike

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sarv_sync.model.plan import Change
    from sarv_sync.model.users import Settings
    from sarv_sync.planning.situation import Situation

_FEW = 3


def perhaps_renamed(situation: Situation, changes: Sequence[Change]) -> Iterator[Fault]:
    """Yield what may be said of an entry that `changes` make a user for, and of one that they disable."""
    entries, known = situation.configuration.users, situation.state.bindings
    gone = [one.name for one in changes if one.action == "disable" and one.name in known and _is_plain(one.name)]
    if not gone:
        return
    come = {one.name for one in changes if one.action == "create" and not is_second_name(one.name)}
    groups = alike(
        ((name, _limits(entries[name].settings)) for name in come if name in entries),
        ((name, _limits(known[name].applied)) for name in gone),
    )
    others = {_limits(user.settings) for user in entries.values() if user.name not in come}
    pairs = [
        (group.names[0], group.users[0])
        for group in groups
        if group.unambiguous and _limits(entries[group.names[0]].settings) not in others
    ]
    for new, old in pairs[:_FEW]:
        yield Fault(
            f"{new} would get a new user while {old}, which has the same limits, is gone and would be disabled",
            f"if {old} is called {new} now, write `renamed_from: {old}` into the entry: then it keeps its user",
            *entries[new].source,
        )


def _is_plain(name: str) -> bool:
    return not is_second_name(name) and not is_spare_name(name)


def _limits(settings: Settings) -> tuple[int, int]:
    return settings.total_limit, settings.hourly_limit
