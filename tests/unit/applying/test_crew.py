from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from sarv_sync.applying.crew import Threads
from sarv_sync.applying.interface import Left
from sarv_sync.errors import SwapLost


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


def test_answers_come_in_the_order_of_the_items_whatever_order_they_were_given_in(crew: Threads) -> None:
    second = threading.Event()

    def call(item: int) -> int:
        if item == 0:
            second.wait(10)
        else:
            second.set()
        return item * 10

    assert crew.each(call, [0, 1, 2, 3], always, nothing) == [0, 10, 20, 30]


def test_no_more_calls_than_allowed_are_under_way_at_once(crew: Threads) -> None:
    guard, now, most = threading.Lock(), [0], [0]

    def call(_: int) -> None:
        with guard:
            now[0] += 1
            most[0] = max(most[0], now[0])
        with guard:
            now[0] -= 1

    crew.each(call, range(200), always, nothing)

    assert 1 <= most[0] <= 4


def test_nothing_begins_once_nothing_may(crew: Threads) -> None:
    made: list[int] = []

    answers = crew.each(made.append, range(10), lambda: len(made) < 3, nothing)

    assert 3 <= len(made) <= 6
    assert answers.count(Left.NOT_BEGUN) == 10 - len(made)


def test_calls_under_way_are_given_a_while_after_the_stop_and_their_answers_count(
    crew: Threads, stop: threading.Event
) -> None:
    def call(item: int) -> int:
        stop.set()
        return item

    answers = crew.each(call, [7], lambda: not stop.is_set(), nothing)

    assert answers == [7]


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
        answers = crew.each(call, [0, 1, 2], always, nothing)
        assert answers == [Left.UNDER_WAY, 1, 2]
    finally:
        for_ever.set()


def test_what_a_call_raises_is_raised_when_nothing_is_under_way_any_more(crew: Threads) -> None:
    made: list[int] = []

    def call(item: int) -> None:
        made.append(item)
        raise LookupError(str(item))

    with pytest.raises(LookupError):
        crew.each(call, range(100), always, nothing)

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
        crew.each(call, range(100), always, tick)

    assert len(made) <= 4


def test_it_serves_again_and_again(crew: Threads) -> None:
    for _ in range(50):
        assert crew.each(str, [1, 2, 3], always, nothing) == ["1", "2", "3"]
    assert crew.each(str, [], always, nothing) == []


def test_its_threads_end_when_it_is_closed(stop: threading.Event) -> None:
    threads: set[threading.Thread] = set()
    with closing(Threads(3, stop)) as crew:
        crew.each(lambda _: threads.add(threading.current_thread()), range(30), always, nothing)

    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
        assert thread.daemon
