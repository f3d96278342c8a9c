"""Signatures under a key that is derived from the token."""

from __future__ import annotations

import pytest

from sarv_sync.model.account import Account
from sarv_sync.model.secret import Secret
from sarv_sync.signing.mac import Sealer, derived

ACCOUNT = Account("https://api.example.net/v1.0", "10042")
TOKEN = Secret("c4nary-t0ken+/äß%")
DATA = b'{"plan": 1}'


def test_a_signature_holds_for_the_same_bytes_token_account_and_purpose() -> None:
    signature = Sealer(TOKEN, ACCOUNT, "review").sign(DATA)
    assert Sealer(TOKEN, ACCOUNT, "review").verify(DATA, signature) == "valid"


@pytest.mark.parametrize(
    "other",
    [
        Sealer(Secret("another"), ACCOUNT, "review"),
        Sealer(TOKEN, Account(ACCOUNT.endpoint, "10043"), "review"),
        Sealer(TOKEN, Account("https://api.example.org/v1.0", "10042"), "review"),
        Sealer(TOKEN, ACCOUNT, "delivery"),
    ],
)
def test_under_another_key_nothing_can_be_said(other: Sealer) -> None:
    assert other.verify(DATA, Sealer(TOKEN, ACCOUNT, "review").sign(DATA)) == "other-key"


def test_whatever_was_changed_is_forged() -> None:
    sealer = Sealer(TOKEN, ACCOUNT, "review")
    signature = sealer.sign(DATA)
    key_id = signature.split(":")[1]
    for data, given in [
        (DATA + b" ", signature),
        (DATA, signature[:-1] + ("0" if signature[-1] != "0" else "1")),
        (DATA, signature[:-2]),
        (DATA, f"hmac-sha256:{key_id}:"),
        (DATA, f"none:{key_id}:{signature.split(':')[2]}"),
        (DATA, ""),
        (DATA, "\udcff"),
        (b"key id", f"hmac-sha256:{key_id}:{key_id}"),
    ]:
        assert sealer.verify(data, given) == "forged"


def test_the_derivation_is_that_of_rfc_5869() -> None:
    """Its test case 1, the first 32 of 42 bytes."""
    okm = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
    salt, info = bytes.fromhex("000102030405060708090a0b0c"), bytes.fromhex("f0f1f2f3f4f5f6f7f8f9")
    assert derived(b"\x0b" * 22, salt, info).hex() == okm


def test_neither_token_nor_key_shows() -> None:
    sealer = Sealer(TOKEN, ACCOUNT, "review")
    shown = repr(sealer) + str(vars(sealer)) + sealer.sign(DATA)
    assert TOKEN.reveal() not in shown
    assert sealer._key.reveal() not in shown
