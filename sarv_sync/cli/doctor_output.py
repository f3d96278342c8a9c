"""Showing a diagnosis."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync import __version__
from sarv_sync.model.diagnosis import Diagnosis

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell
    from sarv_sync.model.diagnosis import Finding


def show_diagnosis(shell: Shell, diagnosis: Diagnosis, format_: str) -> None:
    """Print `diagnosis` as a result."""
    shown = _scrubbed(shell, diagnosis)
    if format_ == "json":
        from sarv_sync.reporting.doctor_document import doctor_document

        shell.result_json(doctor_document(shown, __version__))
    else:
        from sarv_sync.reporting.doctor_text import doctor_text

        shell.result(doctor_text(shown, shell.style()))


def _scrubbed(shell: Shell, diagnosis: Diagnosis) -> Diagnosis:
    """Return `diagnosis` without secrets: it shows settings, and a token may have come into the wrong one."""
    scrub = shell.scrubber.scrub

    def clean(finding: Finding) -> Finding:
        message, remedy = scrub(finding.message), finding.remedy and scrub(finding.remedy)
        return replace(finding, message=message, remedy=remedy, faults=shell.scrubbed(finding.faults))

    parts = tuple(part._replace(findings=tuple(map(clean, part.findings))) for part in diagnosis.parts)
    endpoint, owner_id = (value and scrub(value) for value in (diagnosis.endpoint, diagnosis.owner_id))
    return Diagnosis(endpoint, owner_id, parts)
