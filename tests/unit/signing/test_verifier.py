"""Verifiers of passwords: what proves which password was delivered, to nobody but who has the key."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from sarv_sync.model.secret import Secret
from sarv_sync.model.verifier import tell
from sarv_sync.signing.verifier import PasswordVerifier, verifiers

TOKEN = Secret("c4nary-t0ken+/äß%")
LINEAGE = "3f0c8a2e"
PASSWORD = Secret("p4ss \"w\\ord'/")
MADE = PasswordVerifier(TOKEN, LINEAGE)


def published(token: str, lineage: str, user: str, password: str) -> str:
    """The verifier as the documentation describes it, by another implementation of RFC 5869."""
    derivation = HKDF(SHA256(), 32, lineage.encode(), b"sarv-sync password verifier")
    key = derivation.derive(token.encode("utf-8", "surrogatepass"))
    key_id = hmac.digest(key, b"key id", hashlib.sha256).hex()[:8]
    data = b"password" + json.dumps([user, password]).encode()
    return f"{key_id}:{hmac.digest(key, data, hashlib.sha256).hex()[:16]}"


def test_a_verifier_is_what_it_always_was() -> None:
    """A state that was written years ago has to be understood."""
    assert PasswordVerifier(Secret("token"), "lineage").of("smtp1", Secret("pass word")) == KNOWN


KNOWN = "3605be47:d379cccb665cc55b"


@given(st.text(min_size=1), st.text(st.characters(exclude_categories=["Cs"])), st.text(), st.text())
def test_it_is_an_hmac_under_a_key_derived_by_hkdf(token: str, lineage: str, user: str, password: str) -> None:
    made = PasswordVerifier(Secret(token), lineage)
    assert made.of(user, Secret(password)) == published(token, lineage, user, password)


def test_the_same_password_is_told_from_any_other() -> None:
    recorded = MADE.of("smtp1", PASSWORD)
    again = verifiers(TOKEN)(LINEAGE)
    assert tell(again, recorded, "smtp1", PASSWORD) == "same"
    assert tell(again, recorded, "smtp1", Secret(PASSWORD.reveal() + " ")) == "other"
    assert tell(again, recorded, "smtp2", PASSWORD) == "other"


@pytest.mark.parametrize(
    "other",
    [None, PasswordVerifier(Secret("another token"), LINEAGE), PasswordVerifier(TOKEN, "another lineage")],
    ids=["no key", "another token", "another lineage"],
)
def test_without_the_key_nothing_is_told(other: PasswordVerifier | None) -> None:
    recorded = MADE.of("smtp1", PASSWORD)
    assert tell(other, recorded, "smtp1", PASSWORD) == "untold"
    assert tell(other, recorded, "smtp1", Secret("another")) == "untold"
    if other is not None:
        assert other.key_id != MADE.key_id
        assert other.of("smtp1", PASSWORD).partition(":")[2] != recorded.partition(":")[2]


def test_of_a_password_that_the_listing_does_not_show_nothing_is_told() -> None:
    assert tell(MADE, MADE.of("smtp1", PASSWORD), "smtp1", Secret("")) == "untold"


@pytest.mark.parametrize("recorded", ["", ":", "no verifier", "0:0"])
def test_of_what_is_no_verifier_nothing_is_told(recorded: str) -> None:
    assert tell(MADE, recorded, "smtp1", PASSWORD) == "untold"


def test_name_and_password_do_not_run_into_one_another() -> None:
    assert MADE.of("a", Secret("bc")) != MADE.of("ab", Secret("c"))
    assert MADE.of('a", "b', Secret("c")) != MADE.of("a", Secret('b", "c'))


def test_half_a_character_is_a_password_like_any_other() -> None:
    halves = [Secret("\ud800"), Secret("\udc00"), Secret("\\ud800"), Secret("\ufffd")]
    assert len({MADE.of("smtp1", half) for half in halves}) == len(halves)
    assert PasswordVerifier(Secret("\ud800"), LINEAGE).of("smtp1", PASSWORD) != MADE.of("smtp1", PASSWORD)


def test_neither_the_secret_nor_the_key_shows() -> None:
    shown = repr(MADE) + str(vars(MADE)) + MADE.of("smtp1", PASSWORD)
    assert TOKEN.reveal() not in shown
    assert MADE._key.reveal() not in shown
    assert PASSWORD.reveal() not in shown
