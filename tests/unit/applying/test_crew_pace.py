"""When the crew asks for more, and when it has written what was heard."""

from __future__ import annotations

import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from sarv_sync.applying.crew import Threads
from sarv_sync.applying.unwritten import Unwritten

if TYPE_CHECKING:
    from collections.abc import Sequence

WAITING = 10
"""Seconds of the real clock, after which a test fails that would otherwise hang."""


def always() -> bool:
    return True


def test_more_is_asked_for_while_an_eighth_of_the_last_batch_still_waits() -> None:
    asked = threading.Event()

    def feed(done: list[tuple[int, object]]) -> Sequence[int]:
        if not done:
            return range(80)
        asked.set()
        return ()

    def call(item: int) -> None:
        assert item < 72 or asked.wait(WAITING), "hardly anything waits, and nobody asks for more"

    with closing(Threads(4, threading.Event())) as crew:
        crew.work(call, feed, always, always)

    assert asked.is_set()


def test_answers_that_have_waited_for_long_are_recorded_though_there_is_enough_to_do() -> None:
    clock, recorded = [0.0], threading.Event()
    seen: list[int] = []

    def feed(done: list[tuple[int, object]]) -> Sequence[int]:
        seen.extend(item for item, _ in done)
        return () if seen or done else range(100)

    def record(done: list[tuple[int, object]]) -> None:
        seen.extend(item for item, _ in done)
        recorded.set()

    def call(item: int) -> None:
        if item == 3:
            clock[0] += 11
        assert item < 10 or recorded.wait(WAITING), "nothing is recorded"

    with closing(Threads(2, threading.Event(), now=lambda: clock[0])) as crew:
        crew.work(call, feed, always, always, record)

    assert sorted(seen) == [*range(100)]


def test_what_was_heard_is_recorded_while_the_last_call_is_waited_for() -> None:
    clock, heard, recorded = [0.0], threading.Event(), threading.Event()
    seen: list[int] = []

    def feed(done: list[tuple[int, object]]) -> Sequence[int]:
        seen.extend(item for item, _ in done)
        if len(seen) == 7:
            heard.set()
        return () if done else range(8)

    def call(item: int) -> None:
        if item == 7:
            assert heard.wait(WAITING), "what was heard is not handed on"
            clock[0] += 11
            assert recorded.wait(WAITING), "nothing is recorded"

    with closing(Threads(8, threading.Event(), now=lambda: clock[0])) as crew:
        crew.work(call, feed, always, always, lambda _: recorded.set())

    assert sorted(seen) == [*range(8)]


def test_what_recording_raises_lets_no_other_call_begin() -> None:
    clock, tried = [0.0], threading.Event()
    made: list[int] = []

    def record(done: list[tuple[int, object]]) -> None:
        tried.set()
        raise LookupError("the disk is full")

    def call(item: int) -> None:
        made.append(item)
        if item == 3:
            clock[0] += 11
        assert item < 10 or tried.wait(WAITING)

    with closing(Threads(2, threading.Event(), now=lambda: clock[0])) as crew, pytest.raises(LookupError):
        crew.work(call, lambda done: () if done else range(100), always, always, record)

    assert len(made) < 20


def test_what_took_long_to_write_is_written_less_often() -> None:
    clock = [0.0]

    def record(seconds: float) -> None:
        clock[0] += seconds

    def next_at(subject: Unwritten[float]) -> float:
        while not subject.too_long:
            clock[0] += 1
        return clock[0]

    subject = Unwritten(record, lambda: clock[0])
    assert next_at(subject) == 10

    subject.record(2.0)

    assert next_at(subject) == 12 + 40


def test_without_a_way_to_record_nothing_is_ever_too_long_unwritten() -> None:
    clock = [0.0]
    subject: Unwritten[object] = Unwritten(None, lambda: clock[0])
    clock[0] = 1e6
    subject.record("what was heard")

    assert not subject.too_long
