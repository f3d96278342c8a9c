from __future__ import annotations

import pytest

from sarv_sync.applying.ledger import Ledger
from sarv_sync.model.outcome import Entry
from sarv_sync.model.plan import Change
from tests.unit.applying.stage import Watcher


@pytest.fixture
def watcher() -> Watcher:
    return Watcher()


@pytest.fixture
def ledger(watcher: Watcher) -> Ledger:
    return Ledger([Change(name, "update", f"smtp-{name}", "config") for name in ("b", "a", "c")], watcher)


def test_what_was_never_begun_is_open(ledger: Ledger, watcher: Watcher) -> None:
    assert [entry.name for entry in ledger.entries(None)] == ["a", "b", "c"]
    assert watcher.ended == []


def test_what_was_begun_counts_as_its_provisional_end(ledger: Ledger, watcher: Watcher) -> None:
    ledger.begun("a", "smtp1", "unknown", "under way")

    assert ledger.entries("unknown") == (Entry("a", "update", "smtp1", "under way"),)
    assert ledger.end_of("a") is None
    assert watcher.ended == []


def test_a_later_word_replaces_an_earlier(ledger: Ledger, watcher: Watcher) -> None:
    ledger.begun("a", "smtp1", "unknown", "under way")
    ledger.unknown("a", None, "no answer")
    ledger.applied("a", None)

    assert ledger.entries("applied") == (Entry("a", "update", "smtp1", None),)
    assert ledger.entries("unknown") == ()
    assert watcher.ended == [("a", "update", "unknown")]


def test_what_is_not_planned_is_not_entered(ledger: Ledger, watcher: Watcher) -> None:
    ledger.begun("z", None, "unknown", "under way")
    ledger.failed("z", None, "no")

    assert ledger.end_of("z") is None
    assert [len(ledger.entries(end)) for end in ("applied", "failed", "unknown", None)] == [0, 0, 0, 3]
    assert watcher.ended == []
