"""Threads that make calls, several at a time."""

from __future__ import annotations

import time
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

from sarv_sync.applying.pace import Pace
from sarv_sync.applying.shift import Shift
from sarv_sync.applying.unwritten import Unwritten
from sarv_sync.errors import SarvSyncError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sarv_sync.applying.interface import Answer, Item, Left, Stop
    from sarv_sync.errors import ProviderError

GRACE = 5.0
"""Seconds that the calls under way are given once the run was asked to stop."""

_TICK = 0.2


def time_that_sleep_counts_in() -> float:
    """Return seconds from any start, those included that the machine slept, where the system counts them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Threads:
    """Makes up to `most` calls at a time, fewer while the provider cannot keep up.

    `failed` says that something was raised, so that nothing may be tried again either.

    Its threads are kept from one shift to the next, and end with the process: a call that is still unanswered when
    the grace is over holds nothing up.
    """

    def __init__(
        self, most: int, stop: Stop, *, grace: float = GRACE, now: Callable[[], float] = time_that_sleep_counts_in
    ) -> None:
        self.failed = False
        self._most = most
        self._stop = stop
        self._grace = grace
        self._now = now
        self._pace = Pace(most, now)
        self._waiting: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._started = 0
        self._shifts: list[Shift[Any, Any]] = []
        self._end: float | None = None

    def work(
        self,
        call: Callable[[Item], Answer],
        feed: Callable[[list[tuple[Item, Answer | Left]]], Sequence[Item]],
        may_begin: Callable[[], bool],
        tick: Callable[[], bool],
        record: Callable[[list[tuple[Item, Answer | Left]]], None] | None = None,
    ) -> None:
        """Make `call` for every item that `feed` gives; see `interface.Crew`."""
        shift, unwritten = Shift(call, may_begin, self._pace, self._most), Unwritten(record, self._now)
        self._shifts.append(shift)
        try:
            self._look(tick)
            self._man(shift, feed([]))
            self._see_through(shift, feed, tick, unwritten)
        except BaseException:
            # What a thread still tries to do must not go on by itself.
            self.failed = True
            shift.close()
            raise
        finally:
            self._shifts.remove(shift)

    def _see_through(
        self,
        shift: Shift[Item, Answer],
        feed: Callable[[list[tuple[Item, Answer | Left]]], Sequence[Item]],
        tick: Callable[[], bool],
        unwritten: Unwritten[list[tuple[Item, Answer | Left]]],
    ) -> None:
        noted = False  # something was heard that made nothing come, and is not written yet
        while True:
            quiet = shift.wait(_TICK)
            with self._closing(shift):
                self._look(tick)
            if quiet and not shift.failed:
                done = shift.hand_over(everything=True)
                more = feed(done) if done else ()
                if not more:
                    return
                self._man(shift, more)
            elif self._time_is_up(shift):
                feed(shift.break_off())
                return
            elif unwritten.too_long and (noted or shift.has_answers):
                with self._closing(shift):
                    unwritten.record(shift.hand_over())
                noted = False
            elif not quiet and shift.runs_low():
                with self._closing(shift):
                    began = self._now()
                    more = feed(shift.hand_over())
                    noted = not more
                    if more:
                        unwritten.wrote(began)
                    self._man(shift, more)

    def _look(self, tick: Callable[[], bool]) -> None:
        began = self._now()
        if tick():
            # From before the look: while it was made, the process may have been halted.
            self._pace.confirm(began)

    @contextmanager
    def _closing(self, shift: Shift[Item, Answer]) -> Iterator[None]:
        """Let nothing else begin if the block raises; the shift raises it once nothing is under way any more."""
        with shift.closing_on_failure():
            yield
        self.failed = self.failed or shift.failed

    def _time_is_up(self, shift: Shift[Item, Answer]) -> bool:
        """Return whether the calls under way have been given their time. It counts from the first reason to end."""
        if self._end is None and (self._stop.is_set() or shift.failed):
            self._end = self._now() + self._grace
        return self._end is not None and self._now() >= self._end

    def heed(self, error: ProviderError | None) -> None:
        """Learn how an attempt ended; see `Pace`."""
        self._pace.heed(error)

    def hold_back(self) -> None:
        """Wait, before a call is made once more, until the lock was seen to be the run's own a moment ago."""
        self._pace.wait_until_sure(lambda: bool(self._shifts) and not self.failed and not self._stop.is_set())

    def close(self) -> None:
        """Let the threads end when they are done with what they do."""
        for _ in range(self._started):
            self._waiting.put(None)

    def _man(self, shift: Shift[Item, Answer], items: Sequence[Item]) -> None:
        """Add `items` to the shift, and as many threads as that takes."""
        # One more than there may be calls, if need be: work within `feed` must not wait for the end of the shift.
        busy = any(outer.serving for outer in self._shifts if outer is not shift)
        for _ in range(shift.add(items)):
            if self._started < self._most + busy:
                self._hire()
            self._waiting.put(shift.serve)

    def _hire(self) -> None:
        thread = Thread(target=self._live, name=f"call-{self._started + 1}", daemon=True)
        try:
            thread.start()
        except RuntimeError as failure:
            if not self._started:
                raise SarvSyncError(
                    f"no thread can be started to make calls with: {failure}",
                    "raise the limit on processes and threads, or take a lower --parallelism",
                ) from None
        else:
            self._started += 1

    def _live(self) -> None:
        while (work := self._waiting.get()) is not None:
            work()
            del work  # while the thread waits, it must not keep alive what the run is done with
