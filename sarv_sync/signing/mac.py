"""Signatures that only who has the account's API token can make or check.

The key is derived from the token by HKDF (RFC 5869) with SHA-256, so that a signature tells nothing of the token
that guessing could use, and a key for one purpose or account is of no use for another. A token is long and random:
no slow hash is needed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Literal

from sarv_sync.model.secret import Secret

if TYPE_CHECKING:
    from sarv_sync.model.account import Account

Verdict = Literal["valid", "forged", "other-key"]

_ALGORITHM = "hmac-sha256"
_KEY_ID_LENGTH = 16


class Sealer:
    """Signs documents of one purpose, about one account."""

    def __init__(self, token: Secret, account: Account, purpose: str) -> None:
        salt = json.dumps([account.endpoint, account.owner_id]).encode()
        self._key = Secret(derived(token.reveal().encode(), salt, purpose.encode()).hex())
        self._key_id = self._mac(b"key id").hex()[:_KEY_ID_LENGTH]

    def sign(self, data: bytes) -> str:
        """Return the signature of `data`: `hmac-sha256:KEY-ID:HEX`."""
        return f"{_ALGORITHM}:{self._key_id}:{self._mac(_framed(data)).hex()}"

    def verify(self, data: bytes, signature: str) -> Verdict:
        """Say whether `signature` is of `data`. With another token nothing can be said: `other-key`."""
        algorithm, _, rest = signature.partition(":")
        key_id, _, _ = rest.partition(":")
        if algorithm == _ALGORITHM and key_id != self._key_id:
            return "other-key"
        same = hmac.compare_digest(signature.encode(errors="replace"), self.sign(data).encode())
        return "valid" if same else "forged"

    def _mac(self, data: bytes) -> bytes:
        return hmac.new(bytes.fromhex(self._key.reveal()), data, hashlib.sha256).digest()


def derived(secret: bytes, salt: bytes, purpose: bytes) -> bytes:
    """Return 32 bytes: HKDF's extract, and the first block of its expand."""
    extracted = hmac.new(salt, secret, hashlib.sha256).digest()
    return hmac.new(extracted, purpose + b"\x01", hashlib.sha256).digest()


def _framed(data: bytes) -> bytes:
    """Return `data` as no other thing that is signed with this key can look."""
    return b"document\n" + data
