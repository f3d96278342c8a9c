"""What was accepted into the files, as a JSON document, `sarv-sync-accept/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.model.plan_document import account_document, fault_document

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sarv_sync.errors import Fault
    from sarv_sync.model.acceptance import AcceptedField, FileDifference
    from sarv_sync.model.account import Account


def accept_document(  # noqa: PLR0913 - the parts of an acceptance
    account: Account,
    accepted: Iterable[AcceptedField],
    left: Iterable[Fault],
    remarks: Iterable[Fault],
    files: Iterable[FileDifference],
    *,
    written: bool,
    valid: bool,
) -> dict[str, Any]:
    """Return what the files are to say, and what they cannot; `written` is whether they say it by now.

    `valid` is whether `validate` accepts them then.
    """
    return {
        "format": "sarv-sync-accept/1",
        "account": account_document(account),
        "written": written,
        "valid": valid,
        "accepted": [_accepted(one) for one in accepted],
        "left": [fault_document(fault) for fault in left],
        "remarks": [fault_document(fault) for fault in remarks],
        "files": [{"file": one.file, "diff": one.diff} for one in files],
    }


def _accepted(one: AcceptedField) -> dict[str, Any]:
    return {
        "name": one.name,
        "smtp_user_name": one.smtp_user_name,
        "field": one.field,
        "before": one.before,
        "after": one.after,
        "where": one.where,
        "profile": one.profile,
        "source": {"file": one.file, "line": one.line},
    }
