"""Calls that are shared out among threads while more of them are added."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from threading import Condition
from typing import TYPE_CHECKING, Generic

from sarv_sync.applying.interface import Answer, Item, Left

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sarv_sync.applying.pace import Pace


_LOW = 8
"""Of the items that were added last, the share that is left when more are wanted."""


class Shift(Generic[Item, Answer]):
    """Items that wait, that are under way and that are done. At most `most` threads serve it at a time.

    More items are wanted while there is something to do yet: giving them takes time, a write of the state or even a
    listing, and the more there are the more.
    """

    def __init__(self, call: Callable[[Item], Answer], may_begin: Callable[[], bool], pace: Pace, most: int) -> None:
        self._call = call
        self._may_begin = may_begin
        self._pace = pace
        self._most = most
        self._low = most
        self._waiting: deque[Item] = deque()
        self._under_way: dict[int, Item] = {}
        self._done: list[tuple[Item, Answer | Left]] = []
        self._serving = 0
        self._begun = 0
        self._failure: BaseException | None = None
        self._closed = False
        self._changed = Condition()

    def add(self, items: Sequence[Item]) -> int:
        """Let `items` wait; return how many more threads should serve."""
        with self._changed:
            self._waiting.extend(items)
            self._low = max(self._most, len(items) // _LOW)
            wanted = min(self._most - self._serving, len(items))
            self._serving += wanted
            return wanted

    def serve(self) -> None:
        """Make calls until nothing waits, as one of the threads."""
        while (number := self._take()) is not None:
            if not self._pace.enter(self._goes_on):
                self._put_back(number)
                break
            try:
                self._finished(number, self._call(self._under_way[number]))
            except BaseException as failure:  # noqa: BLE001 - raised by `wait`, in the caller's thread
                self._failure = self._failure or failure
            finally:
                self._pace.leave()
        with self._changed:
            self._serving -= 1
            self._changed.notify()

    def wait(self, seconds: float) -> bool:
        """Wait until more items are wanted, at most so long; return whether nobody serves any more.

        Raises what a call raised, or what `closing_on_failure` met, once nobody does.
        """
        with self._changed:
            self._changed.wait_for(self._wants_attention, seconds)
            if self._serving:
                return False
            if self._failure is not None:
                raise self._failure
            return True

    def runs_low(self) -> bool:
        """Return whether there are answers, and hardly anything waits."""
        with self._changed:
            return bool(self._done) and self._is_low()

    def hand_over(self, *, everything: bool = False) -> list[tuple[Item, Answer | Left]]:
        """Return what was done since the last time; with `everything` also what waits, as never begun."""
        with self._changed:
            done, self._done = self._done, []
            if everything:
                done += [(item, Left.NOT_BEGUN) for item in self._waiting]
                self._waiting.clear()
            return done

    @property
    def has_answers(self) -> bool:
        """Whether anything was done since the last time that it was handed over, and nothing was raised."""
        return bool(self._done) and self._failure is None

    @property
    def serving(self) -> bool:
        """Whether a thread makes its calls."""
        return self._serving > 0

    @property
    def failed(self) -> bool:
        """Whether a call, or the block of `closing_on_failure`, raised something."""
        return self._failure is not None

    def break_off(self) -> list[tuple[Item, Answer | Left]]:
        """Return everything as it is now; what is still under way has no answer and gets none.

        Raises what a call raised, or what `closing_on_failure` met.
        """
        if self._failure is not None:
            raise self._failure
        with self._changed:
            left = [(item, Left.UNDER_WAY) for item in self._under_way.values()]
            return [*self.hand_over(everything=True), *left]

    def close(self) -> None:
        """Let no other call begin."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @contextmanager
    def closing_on_failure(self) -> Iterator[None]:
        """Let no other call begin if the block raises; `wait` raises it once nothing is under way."""
        try:
            yield
        except Exception as failure:  # noqa: BLE001 - raised by `wait`
            self._failure = self._failure or failure

    def _wants_attention(self) -> bool:
        return not self._serving or (len(self._done) >= max(1, self._most // 2) and self._is_low())

    def _is_low(self) -> bool:
        return len(self._waiting) < self._low and self._failure is None

    def _take(self) -> int | None:
        with self._changed:
            if not self._waiting or not self._goes_on():
                return None
            self._begun += 1
            self._under_way[self._begun] = self._waiting.popleft()
            return self._begun

    def _put_back(self, number: int) -> None:
        with self._changed:
            self._waiting.appendleft(self._under_way.pop(number))

    def _finished(self, number: int, answer: Answer) -> None:
        with self._changed:
            self._done.append((self._under_way.pop(number), answer))
            if self._wants_attention():
                self._changed.notify()

    def _goes_on(self) -> bool:
        return self._failure is None and not self._closed and self._may_begin()
