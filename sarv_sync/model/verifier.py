"""Telling one password from another without keeping either.

A verifier is 64 bits of an HMAC over a user's name and password, under a key that only who holds the account's token
(or `SARV_STATE_KEY`) can derive: `KEY-ID:MAC`. Without the key there is nothing to guess against, and whoever has the
token can list the passwords anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from sarv_sync.model.secret import Secret

Told = Literal["same", "other", "untold"]


class Verifier(Protocol):
    """Makes verifiers with one key."""

    @property
    def key_id(self) -> str:
        """Which key this is, eight hexadecimal digits."""
        ...

    def of(self, smtp_user_name: str, password: Secret) -> str:
        """Return the verifier of the user's password."""
        ...


def tell(verifier: Verifier | None, recorded: str, smtp_user_name: str, password: Secret) -> Told:
    """Say whether `password` is the one that `recorded` was made of. Without the same key nothing can be told."""
    if verifier is None or recorded.partition(":")[0] != verifier.key_id or not password:
        return "untold"
    return "same" if verifier.of(smtp_user_name, password) == recorded else "other"
