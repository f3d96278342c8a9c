"""Signatures that anybody can check who has the public key: Ed25519 (RFC 8032), by PyNaCl.

Keys are 32 bytes and signatures 64, written in base64. The library is imported when it is used.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from sarv_sync.errors import NotInstalled
from sarv_sync.model.secret import Secret

if TYPE_CHECKING:
    from nacl.signing import SigningKey

ALGORITHM = "ed25519"

_KEY = re.compile(r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=")
_SIGNATURE = re.compile(r"[A-Za-z0-9+/]{85}[AQgw]==")


def is_key(text: str) -> bool:
    """Say whether `text` is 32 bytes in base64, in the one spelling that they have."""
    return _KEY.fullmatch(text) is not None


def new_key() -> Secret:
    """Return a private key. Raises `NotInstalled`, as everything below does."""
    return Secret(b64encode(bytes(_library().generate())).decode())


def public_key_of(private_key: Secret) -> str:
    """Return the public key that belongs to `private_key`."""
    return b64encode(bytes(_opened(private_key).verify_key)).decode()


def sign(private_key: Secret, data: bytes) -> str:
    """Return the signature of `data`."""
    return b64encode(_opened(private_key).sign(data).signature).decode()


def verify(public_key: str, data: bytes, signature: str) -> bool:
    """Say whether `signature` was made of `data` with the private key that `public_key` belongs to."""
    _library()
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey

    if not (is_key(public_key) and _SIGNATURE.fullmatch(signature)):
        return False
    try:
        VerifyKey(b64decode(public_key)).verify(data, b64decode(signature))
    except BadSignatureError:
        return False
    return True


def _opened(private_key: Secret) -> SigningKey:
    return _library()(b64decode(private_key.reveal()))


def _library() -> type[SigningKey]:
    try:
        from nacl.signing import SigningKey
    except ImportError:
        hint = "pip install 'sarv-sync[signing]'"
        raise NotInstalled("signatures of snapshots need PyNaCl, which is not installed", hint) from None
    return SigningKey
