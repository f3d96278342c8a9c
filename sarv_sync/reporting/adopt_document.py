"""What became of the wish that an entry adopts a user, as a JSON document, `sarv-sync-adopt/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.model.plan_document import account_document, changes_document

if TYPE_CHECKING:
    from sarv_sync.model.account import Account
    from sarv_sync.model.adoption import Adoption


def adopt_document(account: Account, adoption: Adoption) -> dict[str, Any]:
    """Return where the pin stands, whether it was written now, and the change that the next plan has for it."""
    changes = changes_document([adoption.change]) if adoption.change is not None else []
    return {
        "format": "sarv-sync-adopt/1",
        "account": account_document(account),
        "name": adoption.name,
        "smtp_user_name": adoption.smtp_user_name,
        "written": adoption.standing == "new",
        "source": {"file": adoption.source.file, "line": adoption.source.line},
        "change": changes[0] if changes else None,
    }
