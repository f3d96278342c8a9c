"""The digest of a plan."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from sarv_sync.model.plan_document import account_document, changes_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.account import Account
    from sarv_sync.model.plan import Change


def digest_of(account: Account, changes: Sequence[Change]) -> str:
    """Return `sha256:…` over the canonical JSON of the account and the changes, as the plan document has them."""
    document = {"account": account_document(account), "changes": changes_document(changes)}
    return f"sha256:{hashlib.sha256(canonical(document)).hexdigest()}"


def canonical(document: Any) -> bytes:
    """Return RFC 8785 canonical JSON.

    The standard encoder does exactly that for what plans hold: ASCII keys, strings, integers within 2^53,
    booleans and null. A lone surrogate, which RFC 8785 forbids, is written as its escape.
    """
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", errors="backslashreplace")
