from __future__ import annotations

import threading

from sarv_sync.applying.pace import Pace
from sarv_sync.errors import AnswerUnusable, RequestRefused, Transient

BUSY = AnswerUnusable("HTTP 429", transient=Transient(congested=True))
BROKEN = AnswerUnusable("HTTP 502", transient=Transient())
REFUSED = RequestRefused("no")


class Clock:
    """Moves a little whenever somebody looks."""

    def __init__(self, step: float = 0.0001) -> None:
        self.time = 0.0
        self.step = step

    def __call__(self) -> float:
        self.time += self.step
        return self.time


def pace(most: int = 8) -> Pace:
    subject = Pace(most, Clock())
    subject.confirm(0.0)
    return subject


def always() -> bool:
    return True


def fill(subject: Pace) -> int:
    """Take every free place; return how many there were."""
    taken = 0
    while taken < 99:
        tries = iter([True, False])
        if not subject.enter(lambda tries=tries: next(tries)):  # type: ignore[misc]
            return taken
        taken += 1
    return taken


def test_at_first_every_place_is_free() -> None:
    assert fill(pace(8)) == 8


def test_a_place_that_was_left_can_be_taken_again() -> None:
    subject = pace(2)
    fill(subject)

    subject.leave()

    assert fill(subject) == 1


def test_a_busy_provider_is_asked_half_as_much_at_a_time() -> None:
    subject = pace(8)

    subject.heed(BUSY)

    assert (subject.limit, fill(subject)) == (4, 4)


def test_one_call_at_a_time_is_the_least() -> None:
    subject = pace(8)
    for _ in range(10):
        subject.heed(BUSY)

    assert (subject.limit, fill(subject)) == (1, 1)


def test_calls_that_were_under_way_together_slow_it_down_only_once() -> None:
    subject = pace(8)
    fill(subject)

    for _ in range(8):
        subject.heed(BUSY)

    assert subject.limit == 4
    subject.heed(BUSY)
    assert subject.limit == 2


def test_every_round_of_successes_adds_one_up_to_the_most() -> None:
    subject = pace(8)
    subject.heed(BUSY)
    seen = []

    for _ in range(60):
        subject.heed(None)
        seen.append(subject.limit)

    assert seen[:3] == [4, 4, 4]
    assert seen[4] == 5
    assert seen[-1] == 8
    assert seen == sorted(seen)


def test_errors_that_say_nothing_of_too_much_work_change_nothing() -> None:
    subject = pace(8)

    subject.heed(BROKEN)
    subject.heed(REFUSED)

    assert subject.limit == 8


def test_nothing_begins_before_the_provider_wants_to_be_asked_again() -> None:
    clock = Clock(0.3)
    subject = Pace(8, clock)
    subject.heed(AnswerUnusable("HTTP 429", transient=Transient(congested=True, retry_after=2.0)))
    asked = clock.time

    def always_sure() -> bool:
        subject.confirm(clock.time)
        return True

    assert subject.enter(always_sure)

    assert clock.time >= asked + 2.0


def test_nothing_begins_unless_the_lock_was_seen_a_moment_ago() -> None:
    clock = Clock()
    subject = Pace(8, clock)
    assert fill(subject) == 0

    subject.confirm(clock.time)
    assert fill(subject) == 8

    subject = Pace(8, clock)
    clock.time += 5.0
    subject.confirm(clock.time - 4.0)
    assert fill(subject) == 0, "the process was halted while it looked"


def test_nobody_waits_once_nothing_may_begin() -> None:
    subject = pace(1)
    fill(subject)

    assert not subject.enter(lambda: False)


def test_a_call_is_repeated_only_once_the_lock_was_seen_again() -> None:
    clock = Clock(0.3)
    subject = Pace(8, clock)
    asked: list[float] = []

    def goes_on() -> bool:
        asked.append(clock.time)
        if len(asked) == 5:
            subject.confirm(clock.time)
        return True

    subject.wait_until_sure(goes_on)
    assert len(asked) == 5
    subject.wait_until_sure(lambda: False)


def test_a_place_goes_to_whoever_has_waited_for_it_longest() -> None:
    subject = pace(1)
    fill(subject)
    waits, got = threading.Event(), threading.Event()

    def may_begin() -> bool:
        waits.set()
        return True

    def wait() -> None:
        if subject.enter(may_begin):
            got.set()

    other = threading.Thread(target=wait, daemon=True)
    other.start()
    assert waits.wait(10)

    subject.leave()

    assert fill(subject) == 0, "the thread that left comes back, and another one waits"
    assert got.wait(10)
    other.join(10)
