"""What is known of one user as a JSON document, `sarv-sync-explain/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.model.plan_document import (
    account_document,
    blocked_document,
    changes_document,
    drift_document,
    fault_document,
    refused_document,
)
from sarv_sync.reporting.history_document import past_change_document, run_head

if TYPE_CHECKING:
    from sarv_sync.model.configuration import RemovedEntry
    from sarv_sync.model.explanation import ExplainedField, ExplainedUser, Explanation, Unowned
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.state import Binding
    from sarv_sync.model.users import DesiredUser, Source

Document = dict[str, Any]


def explain_document(explanation: Explanation) -> Document:
    """Return everything that is known of one user as a JSON value, its keys in the published order."""
    return {
        "format": "sarv-sync-explain/1",
        "account": account_document(explanation.plan.account),
        "asked": explanation.asked,
        "name": explanation.name,
        "standing": explanation.standing,
        "entry": None if explanation.entry is None else _entry(explanation.entry),
        "removed": None if explanation.removed is None else _removed(explanation.removed),
        "unowned": None if explanation.unowned is None else _unowned(explanation.unowned),
        "users": [_user(user) for user in explanation.users],
        "touches": explanation.touches,
        "history": [
            {"run": run_head(touch.run), **past_change_document(touch.change)} for touch in explanation.history
        ],
        "plan": _plan(explanation.plan),
    }


def _entry(entry: DesiredUser) -> Document:
    policy = entry.password
    return {
        "source": _source(entry.source),
        "profile": entry.profile,
        "description": entry.description,
        "labels": dict(entry.labels),
        "smtp_user_name": entry.smtp_user_name,
        "renamed_from": entry.renamed_from,
        "recreate": entry.recreate,
        "ignore_changes": list(entry.ignore_changes),
        "password": {
            "password_version": policy.version,
            "every": policy.every,
            "rotation": policy.rotation,
            "grace": policy.grace,
            "alternate_smtp_user_name": policy.alternate_pin,
        },
    }


def _removed(removed: RemovedEntry) -> Document:
    return {"policy": removed.policy, "source": _source(removed.source)}


def _unowned(unowned: Unowned) -> Document:
    return {
        "new": unowned.unsettled and not unowned.told,
        "unsettled": unowned.unsettled,
        "left_alone": unowned.spared,
        "may_be": list(unowned.may_be),
    }


def _user(user: ExplainedUser) -> Document:
    return {
        "name": user.name,
        "smtp_user_name": user.smtp_user_name,
        "listed": user.listed,
        "fault": user.fault,
        "serves": user.serves,
        "fields": [_field(field) for field in user.fields],
        "binding": None if user.binding is None else _binding(user.binding, user),
        "due": user.due,
        "deliveries": [{"address": one.address, "holding": one.holding} for one in user.deliveries],
    }


def _field(field: ExplainedField) -> Document:
    origin = field.origin
    source = None if origin is None or origin.source is None else _source(origin.source)
    return {
        "field": field.field,
        "file": field.wanted,
        "where": None if origin is None else origin.where,
        "source": source,
        "applied": field.applied,
        "account": field.observed,
        "planned": field.planned,
        "ignored": field.ignored,
        "drifted": field.drifted,
    }


def _binding(binding: Binding, user: ExplainedUser) -> Document:
    record = binding.password
    return {
        "name": user.known_as,
        "retired": user.retired,
        "removed_at": binding.removed_at,
        "recycled_from": binding.recycled_from,
        "renamed_from": binding.renamed_from,
        "password_since": record.since,
        "password_version": record.version,
        "password_changing": record.rotating is not None,
    }


def _plan(plan: Plan) -> Document:
    return {
        "changes": changes_document(plan.changes),
        "drift": drift_document(plan.drift),
        "blocked": blocked_document(plan.blocked),
        "refused": refused_document(plan.refusals),
        "warnings": [fault_document(warning) for warning in plan.warnings],
    }


def _source(source: Source) -> Document:
    return {"file": source.file, "line": source.line}
