"""Whether a JSON value is a plan, and if not, what is wrong with it in words."""

from __future__ import annotations

from typing import Any

from sarv_sync.model.document_checks import Kind
from sarv_sync.model.plan import ACTIONS, IRREVERSIBLE

PLAN_FORMAT = "sarv-sync-plan/1"
_PLAN = Kind("plan", PLAN_FORMAT, "write the plan again with `sarv-sync plan --out FILE`")


def check_document(document: object) -> dict[str, Any]:
    """Return `document`, now known to follow the plan's schema and to agree with itself.

    Raises `InputError` with one fault for each thing that is wrong, up to 20.
    """
    checked = _PLAN.check(document)
    if faults := [*_reversible(checked["changes"]), *_summary(checked)]:
        raise _PLAN.error(faults)
    return checked


def _reversible(changes: list[dict[str, Any]]) -> list[str]:
    return [
        f"changes[{index}].reversible: {change['action']} {'can' if right else 'cannot'} be undone"
        for index, change in enumerate(changes)
        if change["reversible"] is not (right := _can_be_undone(change))
    ]


def _can_be_undone(change: dict[str, Any]) -> bool:
    return change["action"] not in IRREVERSIBLE and change.get("why") != "recycled"


def _summary(document: dict[str, Any]) -> list[str]:
    counts: dict[str, int] = dict.fromkeys(ACTIONS, 0)
    for change in document["changes"]:
        counts[change["action"]] += 1
    for part in ("blocked", "drift", "unmanaged"):
        counts[part] = len(document[part])
    said = document["summary"]
    return [
        f"summary.{key}: says {said[key]}, but the plan holds {count}"
        for key, count in counts.items()
        if said[key] != count
    ]
