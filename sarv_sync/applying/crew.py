"""Threads that make calls, several at a time."""

from __future__ import annotations

import time
from queue import SimpleQueue
from threading import Condition, Thread
from typing import TYPE_CHECKING, Generic

from sarv_sync.applying.interface import Answer, Item, Left
from sarv_sync.applying.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sarv_sync.applying.interface import Stop
    from sarv_sync.errors import ProviderError

GRACE = 5.0
"""Seconds that the calls under way are given once the run was asked to stop."""

_TICK = 0.2


class Threads:
    """Up to `most` threads, kept from one batch to the next, and fewer while the provider cannot keep up.

    They end with the process: a call that is still unanswered when the grace is over holds nothing up.
    """

    def __init__(
        self, most: int, stop: Stop, *, grace: float = GRACE, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._stop = stop
        self._grace = grace
        self._now = now
        self._pace = Pace(most, now)
        self._waiting: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._started = 0

    def each(
        self,
        call: Callable[[Item], Answer],
        items: Sequence[Item],
        may_begin: Callable[[], bool],
        tick: Callable[[], None],
    ) -> list[Answer | Left]:
        """Return the answer to `call` for each of `items`, in their order; see `interface.Crew`."""
        batch = _Batch(call, items, may_begin, self._pace)
        for _ in range(min(self._most, len(items))):
            batch.joined()
            self._waiting.put(batch.work)
            self._hire()
        self._see_to_it(batch, tick)
        return batch.answers()

    def heed(self, error: ProviderError | None) -> None:
        """Learn how an attempt ended; see `Pace`."""
        self._pace.heed(error)

    def close(self) -> None:
        """Let the threads end when they are done with what they do."""
        for _ in range(self._started):
            self._waiting.put(None)

    def _hire(self) -> None:
        if self._started < self._most:
            self._started += 1
            Thread(target=self._serve, name=f"call-{self._started}", daemon=True).start()

    def _serve(self) -> None:
        while (work := self._waiting.get()) is not None:
            work()

    def _see_to_it(self, batch: _Batch[Item, Answer], tick: Callable[[], None]) -> None:
        """Wait until nothing is under way any more, or the grace is over."""
        end: float | None = None
        while not batch.wait(_TICK):
            if end is None and self._stop.is_set():
                end = self._now() + self._grace
            if end is not None and self._now() >= end:
                return
            batch.guarded(tick)
        batch.raise_failure()


class _Batch(Generic[Item, Answer]):
    """The calls of one batch, shared out among the threads that work on it."""

    def __init__(
        self, call: Callable[[Item], Answer], items: Sequence[Item], may_begin: Callable[[], bool], pace: Pace
    ) -> None:
        self._call = call
        self._items = items
        self._may_begin = may_begin
        self._pace = pace
        self._answers: list[Answer | Left] = [Left.NOT_BEGUN] * len(items)
        self._next = 0
        self._at_work = 0
        self._failure: BaseException | None = None
        self._idle = Condition()

    def joined(self) -> None:
        """Count one more thread."""
        with self._idle:
            self._at_work += 1

    def work(self) -> None:
        """Make calls until there are no more, as one of the threads."""
        while (index := self._take()) is not None:
            if not self._pace.enter(self._goes_on):
                break
            try:
                self._answers[index] = Left.UNDER_WAY
                self._answers[index] = self._call(self._items[index])
            except BaseException as failure:  # noqa: BLE001 - it is raised where the batch was given out
                self._failure = self._failure or failure
            finally:
                self._pace.leave()
        with self._idle:
            self._at_work -= 1
            self._idle.notify()

    def wait(self, seconds: float) -> bool:
        """Wait at most so long; return whether every thread is done."""
        with self._idle:
            return self._idle.wait_for(lambda: not self._at_work, seconds)

    def guarded(self, tick: Callable[[], None]) -> None:
        """Call `tick`. What it raises ends the batch as a failed call does, once nothing is under way any more."""
        if self._failure is None:
            try:
                tick()
            except Exception as failure:  # noqa: BLE001 - raised by `raise_failure`
                self._failure = failure

    def raise_failure(self) -> None:
        """Raise what a call or a tick raised, if one did."""
        if self._failure is not None:
            raise self._failure

    def answers(self) -> list[Answer | Left]:
        """Return the answers as they are now."""
        return list(self._answers)

    def _take(self) -> int | None:
        with self._idle:
            if self._next == len(self._items) or not self._goes_on():
                return None
            self._next += 1
            return self._next - 1

    def _goes_on(self) -> bool:
        return self._failure is None and self._may_begin()
