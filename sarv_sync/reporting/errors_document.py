"""Errors as a JSON document, `sarv-sync-error/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.model.plan_document import fault_document

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sarv_sync.errors import Fault


def error_document(exit_code: int, faults: Iterable[Fault]) -> dict[str, Any]:
    """Return the document that stands on standard output when a command with `--format json` fails."""
    return {
        "format": "sarv-sync-error/1",
        "exit_code": exit_code,
        "errors": [fault_document(fault) for fault in faults],
    }
