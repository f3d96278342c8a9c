"""Drift as a JSON document, `sarv-sync-drift/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.model.plan_document import (
    account_document,
    blocked_document,
    fault_document,
    refused_document,
    unmanaged_document,
)
from sarv_sync.model.plan_document import (
    drift_document as drift_part,
)
from sarv_sync.reporting.unmanaged import as_drift

if TYPE_CHECKING:
    from sarv_sync.model.plan import Plan


def drift_document(plan: Plan) -> dict[str, Any]:
    """Return the plan's account side. `clean` is false too where a user could not be compared."""
    return {
        "format": "sarv-sync-drift/1",
        "account": account_document(plan.account),
        "clean": plan.clean,
        "drift": drift_part(plan.drift),
        "unmanaged": unmanaged_document(as_drift(plan.unmanaged)),
        "blocked": blocked_document(plan.blocked),
        "refused": refused_document(plan.refusals),
        "warnings": [fault_document(warning) for warning in plan.warnings],
        **({"targets": list(plan.targets)} if plan.targets else {}),
    }
