"""What an apply did as a JSON document, `sarv-sync-result/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.model.plan_document import blocked_document, fault_document

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sarv_sync.model.outcome import Entry, Outcome


def outcome_document(outcome: Outcome) -> dict[str, Any]:
    """Return `outcome` as a JSON value, its keys in the published order."""
    return {
        "format": "sarv-sync-result/1",
        "digest": outcome.digest,
        "applied": _entries(outcome.applied),
        "failed": _entries(outcome.failed),
        "unknown": _entries(outcome.unknown),
        "not_attempted": _entries(outcome.not_attempted),
        "delivered": _entries(outcome.delivered),
        "undelivered": _entries(outcome.undelivered),
        "verified": outcome.verified,
        "blocked": blocked_document(outcome.blocked),
        "warnings": [fault_document(warning) for warning in outcome.warnings],
    }


def _entries(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    return [_entry(entry) for entry in entries]


def _entry(entry: Entry) -> dict[str, Any]:
    document = {"name": entry.name, "action": entry.action, "smtp_user_name": entry.smtp_user_name}
    return document if entry.message is None else {**document, "message": entry.message}
