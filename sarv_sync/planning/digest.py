"""The digest of a plan."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sarv_sync.model.canonical import canonical
from sarv_sync.model.plan_document import account_document, changes_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.account import Account
    from sarv_sync.model.plan import Change


def digest_of(account: Account, changes: Sequence[Change]) -> str:
    """Return `sha256:…` over the canonical JSON of the account and the changes, as the plan document has them."""
    document = {"account": account_document(account), "changes": changes_document(changes)}
    return f"sha256:{hashlib.sha256(canonical(document)).hexdigest()}"
