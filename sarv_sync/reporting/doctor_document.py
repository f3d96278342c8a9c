"""A diagnosis as a JSON document, `sarv-sync-doctor/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.model.plan_document import fault_document

if TYPE_CHECKING:
    from sarv_sync.model.diagnosis import Diagnosis, Finding


def doctor_document(diagnosis: Diagnosis, tool_version: str) -> dict[str, Any]:
    """Return `diagnosis` as a JSON value, its keys in the published order."""
    return {
        "format": "sarv-sync-doctor/1",
        "tool_version": tool_version,
        "account": {"endpoint": diagnosis.endpoint, "owner_id": diagnosis.owner_id},
        "healthy": diagnosis.healthy,
        "summary": diagnosis.summary(),
        "findings": [_finding(part.title, finding) for part in diagnosis.parts for finding in part.findings],
    }


def _finding(part: str, finding: Finding) -> dict[str, Any]:
    return {
        "part": part,
        "name": finding.name,
        "verdict": finding.verdict,
        "message": finding.message,
        "remedy": finding.remedy,
        "faults": [fault_document(fault) for fault in finding.faults],
    }
