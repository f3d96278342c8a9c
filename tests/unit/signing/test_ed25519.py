from __future__ import annotations

import sys
from base64 import b64decode, b64encode
from collections.abc import Callable

import pytest

from sarv_sync.errors import NotInstalled
from sarv_sync.model.secret import Secret
from sarv_sync.signing.ed25519 import is_key, new_key, public_key_of, sign, verify


def _base64(text: str) -> str:
    return b64encode(bytes.fromhex(text)).decode()


PRIVATE = Secret(_base64("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
PUBLIC = _base64("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
SIGNATURE = _base64(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)
"""Test 2 of RFC 8032, section 7.1: the signature of the one byte 0x72."""


def test_the_published_example_is_signed_as_published() -> None:
    assert (public_key_of(PRIVATE), sign(PRIVATE, b"\x72")) == (PUBLIC, SIGNATURE)
    assert verify(PUBLIC, b"\x72", SIGNATURE)


def test_a_new_key_is_another_one_and_signs() -> None:
    one, other = new_key(), new_key()
    assert one != other
    assert is_key(one.reveal())
    signature = sign(one, b"data")
    assert verify(public_key_of(one), b"data", signature)
    assert not verify(public_key_of(other), b"data", signature)


ZERO = b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    ("public_key", "data", "signature"),
    [
        (PUBLIC, b"\x73", SIGNATURE),
        (PUBLIC, b"", SIGNATURE),
        (PUBLIC, b"\x72", b64encode(bytes(64)).decode()),
        (PUBLIC, b"\x72", SIGNATURE[:-4]),
        (PUBLIC, b"\x72", "no base64 at all"),
        (PUBLIC, b"\x72", ""),
        (ZERO, b"\x72", SIGNATURE),
        (ZERO, b"\x72", b64encode(bytes(64)).decode()),  # a key of small order, for which this fits anything
        ("short", b"\x72", SIGNATURE),
        ("", b"\x72", SIGNATURE),
    ],
)
def test_nothing_else_passes(public_key: str, data: bytes, signature: str) -> None:
    assert not verify(public_key, data, signature)


def test_a_signature_has_one_spelling() -> None:
    """S and S + L sign the same by the bare equation: RFC 8032, section 5.1.7, wants S below L."""
    raw = b64decode(SIGNATURE)
    order = 2**252 + 27742317777372353535851937790883648493
    grown = int.from_bytes(raw[32:], "little") + order
    assert not verify(PUBLIC, b"\x72", b64encode(raw[:32] + grown.to_bytes(32, "little")).decode())


@pytest.mark.parametrize(
    ("text", "good"),
    [
        (PUBLIC, True),
        (PUBLIC + "\n", False),
        (" " + PUBLIC, False),
        (PUBLIC[:-1], False),
        (PUBLIC[:-2] + "B=", False),  # the same 32 bytes in another spelling
        (PUBLIC.replace("+", "-").replace("/", "_") + "=", False),
        (_base64("00" * 31), False),
        (_base64("00" * 33), False),
        ("", False),
        ("É" * 43 + "=", False),
    ],
)
def test_a_key_is_32_bytes_in_base64(text: str, good: bool) -> None:
    assert is_key(text) is good


@pytest.mark.parametrize(
    "use",
    [
        new_key,
        lambda: public_key_of(PRIVATE),
        lambda: sign(PRIVATE, b""),
        lambda: verify(PUBLIC, b"", SIGNATURE),
        lambda: verify("", b"", ""),
    ],
)
def test_without_the_library_no_signature_is_made_and_none_passes(
    use: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("nacl", "nacl.signing", "nacl.exceptions"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(NotInstalled) as caught:
        use()
    assert caught.value.hint == "pip install 'sarv-sync[signing]'"


def test_keys_can_be_looked_at_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nacl", None)
    assert is_key(PUBLIC)
