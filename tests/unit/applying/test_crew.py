from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any

import pytest

from sarv_sync.applying.crew import Threads
from sarv_sync.applying.interface import Left
from sarv_sync.errors import SarvSyncError, SwapLost


@pytest.fixture
def stop() -> threading.Event:
    return threading.Event()


@pytest.fixture
def crew(stop: threading.Event) -> Iterator[Threads]:
    with closing(Threads(4, stop, grace=0.3)) as threads:
        yield threads


def nothing() -> None: ...


def always() -> bool:
    return True


def each(
    crew: Threads,
    call: Callable[[Any], Any],
    items: Iterable[Any],
    may_begin: Callable[[], bool] = always,
    tick: Callable[[], None] = nothing,
) -> dict[Any, Any]:
    """Return the answer to each of `items`, which are given at once."""
    answers: dict[Any, Any] = {}

    def feed(done: list[tuple[Any, Any]]) -> list[Any]:
        answers.update(done)
        return [] if done else list(items)

    def ticks() -> bool:
        tick()
        return True

    crew.work(call, feed, may_begin, ticks)
    return answers


def test_every_item_gets_its_answer(crew: Threads) -> None:
    assert each(crew, lambda item: item * 10, range(100)) == {item: item * 10 for item in range(100)}
    assert each(crew, str, []) == {}


def test_no_more_calls_than_allowed_are_under_way_at_once(crew: Threads) -> None:
    guard, now, most = threading.Lock(), [0], [0]

    def call(_: int) -> None:
        with guard:
            now[0] += 1
            most[0] = max(most[0], now[0])
        with guard:
            now[0] -= 1

    each(crew, call, range(200))

    assert 1 <= most[0] <= 4


def test_more_is_asked_for_before_the_last_call_is_done(crew: Threads) -> None:
    more_came = threading.Event()

    def feed(done: list[tuple[int, object]]) -> list[int]:
        if not done:
            return [0, 1, 2, 3]
        if not more_came.is_set():
            return [100]
        return []

    def call(item: int) -> int:
        if item == 0:
            assert more_came.wait(10), "nothing came while this one was under way"
        if item == 100:
            more_came.set()
        return item

    crew.work(call, feed, always, always)

    assert more_came.is_set()


def test_what_is_done_is_handed_over_once(crew: Threads) -> None:
    seen: list[int] = []
    waves = iter([[*range(50)], [*range(50, 100)], [*range(100, 120)]])

    def feed(done: list[tuple[int, object]]) -> list[int]:
        seen.extend(item for item, _ in done)
        return next(waves, [])

    crew.work(str, feed, always, always)

    assert sorted(seen) == list(range(120))


def test_a_feed_that_has_nothing_now_is_asked_again_while_calls_are_under_way(crew: Threads) -> None:
    handed: list[int] = []

    def feed(done: list[tuple[int, object]]) -> list[int]:
        handed.append(len(done))
        if not done:
            return [1, 2, 3]
        return [9] if sum(handed) == 3 else []

    crew.work(str, feed, always, always)

    assert sum(handed) == 4


def test_work_may_be_done_while_feeding(crew: Threads) -> None:
    release = threading.Event()

    def feed(done: list[tuple[int, object]]) -> list[int]:
        if not done:
            return [*range(20)]
        if not release.is_set():
            assert each(crew, str, [7]) == {7: "7"}
            release.set()
        return []

    crew.work(lambda item: release.wait(10) if item > 17 else item, feed, always, always)

    assert release.is_set()


def test_nothing_begins_once_nothing_may(crew: Threads) -> None:
    made: list[int] = []

    answers = each(crew, made.append, range(10), lambda: len(made) < 3)

    assert 3 <= len(made) <= 6
    assert list(answers.values()).count(Left.NOT_BEGUN) == 10 - len(made)


def test_calls_under_way_are_given_a_while_after_the_stop_and_their_answers_count(
    crew: Threads, stop: threading.Event
) -> None:
    def call(item: int) -> int:
        stop.set()
        return item

    assert each(crew, call, [7], lambda: not stop.is_set()) == {7: 7}


def test_a_call_that_does_not_end_after_the_stop_is_given_up_waiting_for(
    crew: Threads, stop: threading.Event
) -> None:
    for_ever = threading.Event()

    def call(item: int) -> int:
        stop.set()
        if item == 0:
            for_ever.wait()
        return item

    try:
        assert each(crew, call, [0, 1, 2]) == {0: Left.UNDER_WAY, 1: 1, 2: 2}
    finally:
        for_ever.set()


def test_what_a_call_raises_is_raised_when_nothing_is_under_way_any_more(crew: Threads) -> None:
    made: list[int] = []

    def call(item: int) -> None:
        made.append(item)
        raise LookupError(str(item))

    with pytest.raises(LookupError):
        each(crew, call, range(100))

    assert len(made) <= 4


def test_what_a_tick_raises_lets_no_other_call_begin(crew: Threads) -> None:
    lost = threading.Event()
    made: list[int] = []

    def tick() -> None:
        lost.set()
        raise SwapLost("somebody else")

    def call(item: int) -> None:
        made.append(item)
        assert lost.wait(10)

    with pytest.raises(SwapLost):
        each(crew, call, range(100), always, tick)

    assert len(made) <= 8


def test_a_call_that_does_not_end_holds_a_failure_up_no_longer(crew: Threads) -> None:
    for_ever = threading.Event()

    def tick() -> None:
        raise SwapLost("somebody else")

    try:
        with pytest.raises(SwapLost):
            each(crew, lambda _: for_ever.wait(), range(9), always, tick)
    finally:
        for_ever.set()


def test_nothing_is_to_be_tried_again_once_something_was_raised(crew: Threads) -> None:
    seen: list[bool] = []
    tried = threading.Event()

    def tick() -> None:
        if tried.is_set():
            raise SwapLost("somebody else")

    def call(_: int) -> None:
        tried.set()
        while not crew.failed:
            time.sleep(0.001)
        seen.append(True)

    with pytest.raises(SwapLost):
        each(crew, call, [1], always, tick)

    assert seen == [True]


def test_no_call_begins_before_the_lock_is_looked_at_when_the_process_was_halted(stop: threading.Event) -> None:
    clock, made, looks = [0.0], [0], [0]

    def tick() -> None:
        looks[0] += 1
        if clock[0] > 100:
            raise SwapLost("somebody else took it meanwhile")

    def call(_: int) -> None:
        made[0] += 1
        clock[0] += 1000.0  # as after SIGSTOP and SIGCONT

    with closing(Threads(1, stop, grace=0.3, now=lambda: clock[0])) as crew, pytest.raises(SwapLost):
        each(crew, call, range(50), always, tick)

    assert made[0] == 1


def test_all_that_is_waited_for_after_the_stop_together_gets_its_time_once(stop: threading.Event) -> None:
    for_ever = threading.Event()
    clock = [0.0]

    def call(item: int) -> None:
        stop.set()
        for_ever.wait()

    def tick() -> None:
        clock[0] += 0.1

    try:
        with closing(Threads(2, stop, grace=1.0, now=lambda: clock[0])) as crew:
            each(crew, call, [1], always, tick)
            first = clock[0]
            each(crew, call, [2], always, tick)
        assert clock[0] <= first + 0.3
    finally:
        for_ever.set()


def test_without_any_thread_nothing_is_called(crew: Threads, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    made: list[int] = []
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(SarvSyncError, match="no thread can be started"):
            each(crew, made.append, range(9))

    assert made == []


def test_fewer_threads_than_wanted_do_the_work_too(crew: Threads, monkeypatch: pytest.MonkeyPatch) -> None:
    start, started = threading.Thread.start, [0]

    def refuse(self: threading.Thread) -> None:
        started[0] += 1
        if started[0] > 1:
            raise RuntimeError("can't start new thread")
        start(self)

    monkeypatch.setattr(threading.Thread, "start", refuse)

    assert each(crew, str, range(50)) == {item: str(item) for item in range(50)}


def test_what_feeding_raises_lets_no_other_call_begin(crew: Threads) -> None:
    raised = threading.Event()
    made: list[int] = []

    def feed(done: list[tuple[int, object]]) -> list[int]:
        if done:
            raised.set()
            raise SwapLost("somebody else")
        return [*range(4)]

    def call(item: int) -> None:
        made.append(item)
        if item > 2:
            assert raised.wait(10)

    with pytest.raises(SwapLost):
        crew.work(call, feed, always, always)

    assert len(made) <= 4


def test_its_threads_end_when_it_is_closed(stop: threading.Event) -> None:
    threads: set[threading.Thread] = set()
    with closing(Threads(3, stop)) as crew:
        for _ in range(20):
            each(crew, lambda _: threads.add(threading.current_thread()), range(30))

    assert len(threads) <= 4
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
        assert thread.daemon


def test_nothing_begins_while_nobody_knows_whether_the_lock_is_held() -> None:
    ticks = iter([False] * 10 + [True] * 1000)
    begun: list[int] = []
    told: list[int] = []

    def tick() -> bool:
        told.append(len(begun))
        return next(ticks)

    def feed(done: list[tuple[int, object]]) -> Sequence[int]:
        return () if done else (1, 2, 3)

    with closing(Threads(2, threading.Event())) as crew:
        crew.work(begun.append, feed, always, tick)

    assert told[:10] == [0] * 10
    assert sorted(begun) == [1, 2, 3]
