"""Users of given-up creates that turned up after all.

They are ours, since their birthmarks prove it. The creates of a plan use them first, in the order of their names,
instead of making more; one that nobody needs is disabled, and from then on is a removed user like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.plan import Change, FieldChange
from sarv_sync.model.users import spare_name
from sarv_sync.planning.ownership import Found

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sarv_sync.planning.situation import Situation


def disable_idle(situation: Situation, changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return the changes that disable the spares for which `changes` have no use."""
    if not situation.ownership.spares:
        return ()
    changes = tuple(changes)
    adopted = {change.smtp_user_name for change in changes}
    free = [name for name in sorted(situation.ownership.spares) if name not in adopted]
    needed = sum(1 for change in changes if change.action == "create" and _needs_user(change, situation))
    users = situation.listing.users
    return tuple(
        _disable(spare_name(situation.ownership.spares[name].name, name), name)
        for name in free[needed:]
        if users[name].settings.status == "Enable"
    )


def _needs_user(change: Change, situation: Situation) -> bool:
    """Say whether the create may come to a new user. One to be finished has its own, unless that one is gone."""
    if change.name not in situation.creates or change.cause == "drift":
        return True
    found = isinstance(situation.ownership.creates.get(change.name), Found)
    return not found and change.name not in situation.state.bindings


def _disable(name: str, smtp_user_name: str) -> Change:
    return Change(name, "disable", smtp_user_name, "drift", (FieldChange("status", "Enable", "Disable"),))
