"""How much one apply may change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.configuration import GUARD_NAMES
from sarv_sync.model.plan import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.configuration import GuardLimit, GuardName, Guards
    from sarv_sync.model.plan import Change

PERCENT_APPLIES_FROM = 10
"""A percentage means nothing of a handful: below this many managed users it does not apply."""

_WHAT: dict[GuardName, str] = {
    "max_creates": "create",
    "max_disables": "disable",
    "max_updates": "update",
    "max_rotations": "change the passwords of",
}


def check_guards(guards: Guards, changes: Sequence[Change], managed: int, file: str) -> tuple[Refusal, ...]:
    """Return a refusal for every guard that `changes` hit.

    `managed` counts the names that the file holds or that are bound: a file that was emptied by mistake must not
    shrink the base of its own percentage. A user that is switched off counts as a disable, whether its entry is
    gone or says so.
    """
    refusals = []
    for guard in GUARD_NAMES:
        limit: GuardLimit = getattr(guards, guard)
        count = sum(1 for change in changes if _counts(guard, change))
        allowed = allowed_by(limit, managed)
        if allowed is not None and count > allowed:
            refusals.append(_refusal(guard, limit, count, allowed, file))
    return tuple(refusals)


def _counts(guard: GuardName, change: Change) -> bool:
    if guard == "max_creates":
        return change.action == "create"
    if guard == "max_rotations":
        return change.action == "rotate" or (change.action == "create" and change.why is not None)
    switched_off = any(field.field == "status" and field.after == "Disable" for field in change.fields)
    if guard == "max_disables":
        return switched_off and change.action != "create"
    return bool(change.fields) and change.action in {"update", "adopt", "rename"}


def allowed_by(limit: GuardLimit, managed: int) -> int | None:
    """Return how many changes `limit` lets through, None for any number."""
    if not limit.percent:
        return limit.amount
    if managed < PERCENT_APPLIES_FROM:
        return None
    return managed * limit.amount // 100


def _refusal(guard: GuardName, limit: GuardLimit, count: int, allowed: int, file: str) -> Refusal:
    of_managed = f", here {allowed}" if limit.percent else ""
    users = "1 user" if count == 1 else f"{count} users"
    return Refusal(
        "guard",
        f"the plan would {_WHAT[guard]} {users}, and guards.{guard} allows {limit}{of_managed}",
        f"if that is meant, raise guards.{guard} in {file}, or pass --allow {guard}={count} for this run",
    )
