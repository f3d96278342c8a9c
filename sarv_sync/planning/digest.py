"""The digest of a plan."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sarv_sync.model.canonical import canonical, canonical_list
from sarv_sync.model.plan_document import account_document, change_document

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sarv_sync.model.account import Account
    from sarv_sync.model.plan import Change


def digest_of(account: Account, changes: Iterable[Change]) -> str:
    """Return `sha256:…` over the canonical JSON of the account and the changes, as the plan document has them.

    A plan may have as many changes as there are users, so that their documents are made, spelled and let go one after
    another. `account` comes before `changes`, as canonical JSON sorts its keys.
    """
    digest = hashlib.sha256(b'{"account":' + canonical(account_document(account)) + b',"changes":')
    for piece in canonical_list(map(change_document, changes)):
        digest.update(piece)
    digest.update(b"}")
    return f"sha256:{digest.hexdigest()}"
