"""Threads that make calls, several at a time."""

from __future__ import annotations

import time
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

from sarv_sync.applying.pace import Pace
from sarv_sync.applying.shift import Shift

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sarv_sync.applying.interface import Answer, Item, Left, Stop
    from sarv_sync.errors import ProviderError

GRACE = 5.0
"""Seconds that the calls under way are given once the run was asked to stop."""

_TICK = 0.2


class Threads:
    """Makes up to `most` calls at a time, fewer while the provider cannot keep up.

    Its threads are kept from one shift to the next, and end with the process: a call that is still unanswered when
    the grace is over holds nothing up.
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
        self._shifts: list[Shift[Any, Any]] = []

    def work(
        self,
        call: Callable[[Item], Answer],
        feed: Callable[[list[tuple[Item, Answer | Left]]], Sequence[Item]],
        may_begin: Callable[[], bool],
        tick: Callable[[], None],
    ) -> None:
        """Make `call` for every item that `feed` gives; see `interface.Crew`."""
        shift = Shift(call, may_begin, self._pace, self._most)
        self._shifts.append(shift)
        try:
            self._see_through(shift, feed, tick)
        finally:
            self._shifts.remove(shift)

    def _see_through(
        self,
        shift: Shift[Item, Answer],
        feed: Callable[[list[tuple[Item, Answer | Left]]], Sequence[Item]],
        tick: Callable[[], None],
    ) -> None:
        self._man(shift, feed([]))
        end: float | None = None
        while True:
            if shift.wait(_TICK):
                done = shift.hand_over(everything=True)
                more = feed(done) if done else ()
                if not more:
                    return
                self._man(shift, more)
                continue
            if end is None and (self._stop.is_set() or shift.failed):
                end = self._now() + self._grace
            if end is not None and self._now() >= end:
                feed(shift.break_off())
                return
            with shift.closing_on_failure():
                tick()
                if shift.runs_low():
                    self._man(shift, feed(shift.hand_over()))

    def heed(self, error: ProviderError | None) -> None:
        """Learn how an attempt ended; see `Pace`."""
        self._pace.heed(error)

    def close(self) -> None:
        """Let the threads end when they are done with what they do."""
        for _ in range(self._started):
            self._waiting.put(None)

    def _man(self, shift: Shift[Item, Answer], items: Sequence[Item]) -> None:
        """Add `items` to the shift, and as many threads as that takes."""
        # One more than there may be calls, if need be: work within `feed` must not wait for the end of the shift.
        busy = any(outer.serving for outer in self._shifts if outer is not shift)
        for _ in range(shift.add(items)):
            self._waiting.put(shift.serve)
            if self._started < self._most + busy:
                self._started += 1
                Thread(target=self._live, name=f"call-{self._started}", daemon=True).start()

    def _live(self) -> None:
        while (work := self._waiting.get()) is not None:
            work()
