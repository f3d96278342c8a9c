"""A state that was left behind in a file, when its place was changed without moving it.

Somebody, or a workflow, names another place where a file was, and that place is empty. Planned from nothing, every
user of the file would be made a second time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import Refused, StateError
from sarv_sync.state.document import decode

if TYPE_CHECKING:
    from sarv_sync.model.account import Account
    from sarv_sync.state.interface import Store


def check_left_behind(store: Store, account: Account, file: Store, backend: str) -> None:
    """Raise `Refused` if `store`, of `backend`, is empty, and the `file` at the default place has users of `account`.

    Raises `StateError` if `store` cannot be asked.
    """
    if not _has_users(file, account) or store.version() is not None:
        return
    raise Refused(
        f"there is no state at {store.describe()}, but {file.describe()} has one of this account",
        f"move it: set `state: {{backend: local}}` and run `sarv-sync state migrate --to {backend}`; remove the file "
        "if it is of no use any more",
        reason="state",
    )


def _has_users(file: Store, account: Account) -> bool:
    try:
        stored = file.read()
        state = None if stored is None else decode(stored.data, file.describe())
    except StateError:
        return False  # it is not ours, or no state at all
    return state is not None and state.account == account and state.moved is None and bool(state.bindings)
