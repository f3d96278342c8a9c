from __future__ import annotations

import os
import signal

import pytest

from sarv_sync.cli.signals import heeding_signals

BOTH = (signal.SIGINT, signal.SIGTERM)


@pytest.mark.parametrize("number", BOTH)
def test_a_signal_ends_what_writes_nothing_at_once(number: signal.Signals) -> None:
    with heeding_signals() as signals, pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)
    assert not signals.stop.is_set()


@pytest.mark.parametrize("number", BOTH)
def test_while_writing_the_first_signal_only_asks(number: signal.Signals) -> None:
    with heeding_signals() as signals, signals.uninterrupted():
        signal.raise_signal(number)
        assert signals.stop.is_set()


def test_the_second_signal_ends_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    with heeding_signals() as signals, signals.uninterrupted():
        signal.raise_signal(signal.SIGINT)
        assert ended == []
        signal.raise_signal(signal.SIGTERM)
    assert ended == [130]


def test_afterwards_signals_mean_what_they_meant_before() -> None:
    before = [signal.getsignal(number) for number in BOTH]
    with heeding_signals():
        assert [signal.getsignal(number) for number in BOTH] != before
    assert [signal.getsignal(number) for number in BOTH] == before
