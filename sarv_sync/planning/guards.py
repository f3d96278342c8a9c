"""How much one apply may change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.configuration import GUARD_NAMES
from sarv_sync.model.plan import Refusal
from sarv_sync.model.users import Source
from sarv_sync.planning.placing import placed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sarv_sync.model.configuration import Configuration, GuardLimit, GuardName
    from sarv_sync.model.plan import Action, Change

PERCENT_APPLIES_FROM = 10
"""A percentage means nothing of a handful: below this many managed users it does not apply."""

_UPDATES: frozenset[Action] = frozenset({"update", "adopt", "rename"})

_WHAT: dict[GuardName, str] = {
    "max_creates": "create",
    "max_disables": "disable",
    "max_updates": "update",
    "max_rotations": "change the passwords of",
}


def check_guards(configuration: Configuration, changes: Sequence[Change], managed: int) -> tuple[Refusal, ...]:
    """Return a refusal for every guard on the number of changes that `changes` hit.

    `managed` counts the names that the file holds or that are bound: a file that was emptied by mistake must not
    shrink the base of its own percentage. A user that is switched off counts as a disable, whether its entry is
    gone or says so. A retired user that is used again counts as a create: it stands in for one.
    """
    counted = _counted(changes)
    refusals = []
    for guard in GUARD_NAMES:
        limit: GuardLimit = getattr(configuration.guards, guard)
        allowed = allowed_by(limit, managed)
        count = len(counted[guard])
        if allowed is not None and count > allowed:
            of_managed = f", here {allowed}" if limit.percent else ""
            users = "1 user" if count == 1 else f"{count} users"
            what = _what(guard, counted[guard])
            message = f"the plan would {what} {users}, and guards.{guard} allows {limit}{of_managed}"
            refusals.append(of_guard(configuration, guard, message, f"{count} for this run"))
    return tuple(refusals)


def of_guard(
    configuration: Configuration, guard: str, message: str, allow: str, source: Source | None = None
) -> Refusal:
    """Return a refusal by `guard`, stating what to `allow` and when. `source` is the guard's place unless given."""
    place = placed(_place(configuration, guard), configuration.file)
    hint = f"if that is meant, raise guards.{guard} in {place.file}, or pass --allow {guard}={allow}"
    return Refusal("guard", message, hint, placed(source, configuration.file) if source else place)


def allowed_by(limit: GuardLimit, managed: int) -> int | None:
    """Return how many changes `limit` lets through, None for any number."""
    if not limit.percent:
        return limit.amount
    if managed < PERCENT_APPLIES_FROM:
        return None
    return managed * limit.amount // 100


def _counted(changes: Iterable[Change]) -> dict[GuardName, list[Change]]:
    """Return the changes that count for each guard; one may count for several."""
    counted: dict[GuardName, list[Change]] = {guard: [] for guard in GUARD_NAMES}
    for change in changes:
        action, recycled = change.action, change.why == "recycled"
        if action == "create" or recycled:
            counted["max_creates"].append(change)
        elif change.fields and action in _UPDATES:
            counted["max_updates"].append(change)
        if action == "rotate" or (action == "create" and change.why is not None):
            counted["max_rotations"].append(change)
        if action != "create" and _switches_off(change):
            counted["max_disables"].append(change)
    return counted


def _switches_off(change: Change) -> bool:
    return any(one.field == "status" and one.after == "Disable" for one in change.fields)


def _what(guard: GuardName, counted: Sequence[Change]) -> str:
    recycled = guard == "max_creates" and any(change.why == "recycled" for change in counted)
    return "create or use again" if recycled else _WHAT[guard]


def _place(configuration: Configuration, guard: str) -> Source:
    """Return where `guard` is set, else where it would be."""
    sources = configuration.guards.sources
    return sources.get(guard) or sources.get("guards") or Source(configuration.file, 1, 1)
