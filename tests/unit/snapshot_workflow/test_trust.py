"""Every snapshot that may not stand for an account, and why."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from sarv_sync.errors import EXIT_REFUSED, Refused
from sarv_sync.model.account import Account
from sarv_sync.model.snapshot import Signature, Snapshot
from sarv_sync.snapshot_workflow.trust import Trust, age_words, check
from tests.unit.snapshot_workflow.snapshots import (
    ACCOUNT,
    ANY,
    KEY,
    NOW,
    OTHER_KEY,
    PUBLIC_KEY,
    SIGNED,
    listing,
    signed,
    snapshot,
)

MINE = snapshot(key=KEY)
ELSEWHERE = Account("https://api.us2.example.net/v1.0", "10042")
SOMEBODY = Account(ACCOUNT.endpoint, "10043")
ZERO = "A" * 43 + "="


def relabelled(made: Snapshot) -> Snapshot:
    """Return `made`, signed by somebody, under the name of the configured key."""
    assert made.signature
    return replace(made, signature=Signature(PUBLIC_KEY, made.signature.value))


@pytest.mark.parametrize(
    ("found", "trust"),
    [
        (snapshot(), ANY),
        (MINE, ANY),
        (snapshot(key=OTHER_KEY), ANY),
        (MINE, SIGNED),
        (replace(MINE, serial=9), SIGNED),
        (snapshot(timedelta(hours=24)), ANY),
        (snapshot(timedelta(0)), replace(ANY, max_age=0)),
        (snapshot(timedelta(minutes=-5)), ANY),
        (snapshot(timedelta(minutes=-5)), replace(ANY, max_age=0)),
    ],
)
def test_these_may_be_used(found: Snapshot, trust: Trust) -> None:
    check(found, trust, NOW, "s.json")


@pytest.mark.parametrize(
    ("found", "trust", "message"),
    [
        (snapshot(timedelta(hours=24, seconds=1)), ANY, "is 24 h old, and 24 h is the most"),
        (
            snapshot(timedelta(hours=49)),
            ANY,
            "is 2 d old, and 24 h is the most: it was taken at 2026-11-22T04",
        ),
        (snapshot(), replace(ANY, max_age=60), "is 3 h old, and 60 s is the most"),
        (snapshot(timedelta(seconds=1)), replace(ANY, max_age=0.5), "is 1 s old, and 0 s is the most"),
        (snapshot(timedelta(minutes=-5, seconds=-1)), ANY, "is from the future"),
        (snapshot(timedelta(days=-400)), replace(ANY, max_age=10**9), "is from the future"),
        (replace(snapshot(), account=ELSEWHERE), ANY, "is of account 10042 at https://api.us2.example.net/v1.0, not"),
        (replace(snapshot(), account=SOMEBODY), ANY, "is of account 10043 at https://api.example.net/v1.0, not"),
        (snapshot(), SIGNED, "is not signed, and a public key is configured"),
        (snapshot(key=OTHER_KEY), SIGNED, "is signed with another key"),
        (relabelled(snapshot(key=OTHER_KEY)), SIGNED, "does not fit what it says"),
        (replace(MINE, listing=listing(smtp1=101)), SIGNED, "does not fit what it says"),
        (replace(MINE, listing=listing()), SIGNED, "does not fit what it says"),
        (replace(MINE, taken_at=NOW), SIGNED, "does not fit what it says"),
        (replace(MINE, account=SOMEBODY), Trust(SOMEBODY, PUBLIC_KEY, 86400), "does not fit what it says"),
        (replace(MINE, signature=Signature(ZERO, "A" * 86 + "==")), replace(SIGNED, public_key=ZERO), "does not fit"),
        (signed(replace(snapshot(), account=SOMEBODY), KEY), SIGNED, "is of account 10043"),
        (snapshot(timedelta(days=3), KEY), SIGNED, "is 3 d old"),
    ],
)
def test_these_are_refused(found: Snapshot, trust: Trust, message: str) -> None:
    with pytest.raises(Refused) as caught:
        check(found, trust, NOW, "s.json")
    assert message in caught.value.message
    assert "s.json" in caught.value.message
    assert (caught.value.exit_code, bool(caught.value.hint)) == (EXIT_REFUSED, True)


def test_a_signature_that_cannot_be_checked_is_a_refusal_and_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "nacl", None)
    monkeypatch.setitem(sys.modules, "nacl.signing", None)
    with pytest.raises(Refused, match=r"the signature of the snapshot s\.json cannot be checked") as caught:
        check(MINE, SIGNED, NOW, "s.json")
    assert (caught.value.reason, caught.value.hint) == ("not-installed", "pip install 'sarv-sync[signing]'")
    check(MINE, ANY, NOW, "s.json")


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=-200), "0 s"),
        (timedelta(0), "0 s"),
        (timedelta(seconds=119), "119 s"),
        (timedelta(seconds=120), "2 min"),
        (timedelta(minutes=119), "119 min"),
        (timedelta(hours=3, minutes=59), "3 h"),
        (timedelta(hours=47), "47 h"),
        (timedelta(hours=48), "2 d"),
        (timedelta(days=400), "400 d"),
    ],
)
def test_an_age_is_said_in_the_largest_unit_that_it_has_two_of(age: timedelta, words: str) -> None:
    assert age_words(age) == words
