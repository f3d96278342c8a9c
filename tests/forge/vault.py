"""Secrets of a repository or of one of its environments: sealed on the way in, and never given out again."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nacl.encoding import Base64Encoder
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from tests.forge.answers import Refusal, not_found, text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

LARGEST_VALUE = 48 * 1024
MOST_SECRETS = 100

_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*")
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})")
_BAD_NAME = (
    "Secret names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). "
    "Spaces are not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_)."
)


@dataclass(frozen=True)
class Sealed:
    """A secret. `value` leaves the forge by the hand of a test alone."""

    value: bytes
    created: datetime
    updated: datetime


@dataclass
class Vault:
    """The secrets of one place, by their names in capitals, and the key that opens what is sent there."""

    key: PrivateKey = field(default_factory=PrivateKey.generate)
    secrets: dict[str, Sealed] = field(default_factory=dict)
    most: int = MOST_SECRETS

    @property
    def key_id(self) -> str:
        """What the key is called: digits that are of no meaning."""
        return str(int.from_bytes(bytes(self.key.public_key)[:8], "big"))

    @property
    def public_key(self) -> str:
        """The half that is given out, in Base64."""
        return b64encode(bytes(self.key.public_key)).decode()

    def secret(self, name: str) -> Sealed:
        """Return a secret, whatever the case of its name."""
        try:
            return self.secrets[name.upper()]
        except KeyError:
            raise not_found() from None

    def keep(self, name: str, body: Mapping[str, Any], now: datetime) -> bool:
        """Keep what a request holds sealed, and say whether there was none of that name."""
        _check_name(name)
        value, kept = self._opened(body), self.secrets.get(name.upper())
        if kept is None and len(self.secrets) >= self.most:
            raise Refusal(422, f"There may be {self.most} secrets here.")
        if len(value) > LARGEST_VALUE:
            raise Refusal(422, "A secret may have 48 KB.")
        self.secrets[name.upper()] = Sealed(value, kept.created if kept else now, now)
        return kept is None

    def _opened(self, body: Mapping[str, Any]) -> bytes:
        sealed, key_id = _supplied(body, "encrypted_value"), _supplied(body, "key_id")
        if not _BASE64.fullmatch(sealed):
            raise Refusal(422, f"Invalid request.\n\n{sealed} does not match /^{_BASE64.pattern}$/.")
        try:
            if key_id == self.key_id:
                return SealedBox(self.key).decrypt(b64decode(sealed))
        except (CryptoError, ValueError, TypeError):
            pass
        raise Refusal(422, "Bad request - validation failed due to an improperly encrypted secret")


def seal(value: bytes, public_key: str) -> str:
    """Return `value` as a client has to send it to whoever gave out `public_key`."""
    return SealedBox(PublicKey(public_key.encode(), Base64Encoder)).encrypt(value, Base64Encoder).decode()


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise Refusal(422, _BAD_NAME)
    if name.upper().startswith("GITHUB_"):
        raise Refusal(422, "Secret names must not start with GITHUB_.")


def _supplied(body: Mapping[str, Any], name: str) -> str:
    if name not in body:
        raise Refusal(422, f'Invalid request.\n\n"{name}" wasn\'t supplied.')
    return text(body, name, required=True) or ""
