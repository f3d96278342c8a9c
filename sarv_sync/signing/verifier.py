"""Verifiers of passwords; see `model.verifier` for what they are for.

The key is derived by HKDF from the account's token, or from `SARV_STATE_KEY`, with the state's lineage as salt. No
slow hash is needed: without the key there is nothing to guess against.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING

from sarv_sync.model.secret import Secret
from sarv_sync.signing.mac import derived

if TYPE_CHECKING:
    from collections.abc import Callable

_PURPOSE = b"sarv-sync password verifier"
_MAC_DIGITS = 16  # 64 bits
_KEY_DIGITS = 8


class PasswordVerifier:
    """The `Verifier` of one key and lineage."""

    def __init__(self, secret: Secret, lineage: str) -> None:
        self._key = Secret(
            derived(secret.reveal().encode("utf-8", "surrogatepass"), lineage.encode(), _PURPOSE).hex()
        )
        self.key_id = self._mac(b"key id")[:_KEY_DIGITS]

    def of(self, smtp_user_name: str, password: Secret) -> str:
        """Return the verifier of the user's password."""
        # As JSON, so that no other pair of name and password reads the same.
        data = json.dumps([smtp_user_name, password.reveal()]).encode()
        return f"{self.key_id}:{self._mac(b'password' + data)[:_MAC_DIGITS]}"

    def _mac(self, data: bytes) -> str:
        return hmac.new(bytes.fromhex(self._key.reveal()), data, hashlib.sha256).hexdigest()


def verifiers(secret: Secret) -> Callable[[str], PasswordVerifier]:
    """Return what makes the verifier of a lineage."""
    return lambda lineage: PasswordVerifier(secret, lineage)
