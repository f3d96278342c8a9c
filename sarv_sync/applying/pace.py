"""How many calls may be under way at once.

Additive increase, multiplicative decrease, as TCP does it (RFC 5681): a provider that says it has too much to do, or
does not answer in time, is asked half as much at a time from then on; every round of successes adds one call again.
"""

from __future__ import annotations

from collections import deque
from threading import Condition
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.errors import ProviderError

_POLL = 0.1
_LONGEST_PAUSE = 60.0
_SURE = 1.0
"""Seconds for which a look at the lock counts. A process that was halted meanwhile finds it older when it goes on."""


class Pace:
    """Places for calls. `most` is how many there are at best; `now` counts seconds. Safe to use from any thread."""

    def __init__(self, most: int, now: Callable[[], float]) -> None:
        self._most = most
        self._now = now
        self._limit = float(most)
        self._under_way = 0
        self._older = 0
        self._not_before = 0.0
        self._confirmed = -_SURE
        self._turns: deque[object] = deque()
        self._changed = Condition()

    @property
    def limit(self) -> int:
        """How many calls may be under way at present, at least one."""
        return max(1, int(self._limit))

    def enter(self, may_begin: Callable[[], bool]) -> bool:
        """Wait for a place and take it; return False, without one, once `may_begin` says no.

        Who came first goes first: a thread that comes back for its next call at once must not outrun for ever one
        that has a listing to make, for which everything else may wait.
        """
        turn = object()
        with self._changed:
            self._turns.append(turn)
            try:
                while may_begin():
                    if self._turns[0] is turn and self._under_way < self.limit and self._may_go():
                        self._under_way += 1
                        return True
                    self._changed.wait(_POLL)
            finally:
                self._turns.remove(turn)
                self._changed.notify_all()
        return False

    def confirm(self, moment: float) -> None:
        """Note that the lock was seen to be the run's own at that `moment`. Without that, no call begins."""
        with self._changed:
            late = self._now() - self._confirmed >= _SURE
            self._confirmed = moment
            if late:
                self._changed.notify_all()

    def wait_until_sure(self, goes_on: Callable[[], bool]) -> None:
        """Wait until a look at the lock counts, or until `goes_on` says no."""
        with self._changed:
            while goes_on() and self._now() - self._confirmed >= _SURE:
                self._changed.wait(_POLL)

    def leave(self) -> None:
        """Give the place back."""
        with self._changed:
            self._under_way -= 1
            self._changed.notify_all()

    def heed(self, error: ProviderError | None) -> None:
        """Learn from how one attempt ended; None is a success."""
        transient = None if error is None else error.transient
        with self._changed:
            self._older = max(0, self._older - 1)
            if error is None:
                self._limit = min(self._most, self._limit + 1 / self._limit)
                self._changed.notify_all()
            elif transient is not None and transient.congested:
                self._slow_down(transient.retry_after or 0.0)

    def _may_go(self) -> bool:
        now = self._now()
        return now >= self._not_before and now - self._confirmed < _SURE

    def _slow_down(self, retry_after: float) -> None:
        # What was under way at the last slowing down tells nothing about the pace since.
        if not self._older:
            self._limit = max(1.0, self._limit / 2)
            self._older = self._under_way
        self._not_before = max(self._not_before, self._now() + min(retry_after, _LONGEST_PAUSE))
