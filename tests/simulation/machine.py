"""The machine that a simulated run works on: it numbers every call to the outside, and dies where it is told to."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, TypeVar

from sarv_sync.applying.interface import Left

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sarv_sync.errors import ProviderError
    from tests.simulation.schedule import Deed, Event

Value = TypeVar("Value")
Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Crash(BaseException):
    """The process is gone. No code of the program may catch this."""


class Machine:
    """One process of the program. Once it has crashed, every further call of it crashes too."""

    def __init__(self, run: int, events: Iterable[Event], person: Callable[[Deed], None]) -> None:
        self._deeds: dict[int, list[Deed]] = {}
        for event in events:
            if event.run == run:
                self._deeds.setdefault(event.point, []).append(event.deed)
        self._person = person
        self._dead = False
        self._stopped = False
        self.trace: list[str] = []

    def call(self, label: str, effect: Callable[[tuple[Deed, ...]], Value]) -> Value:
        """Carry out one call; `effect` is told what is to go wrong with it."""
        if self._dead:
            raise Crash
        deeds = tuple(self._deeds.get(len(self.trace), ()))
        self.trace.append(f"{label}  <- {', '.join(deeds)}" if deeds else label)
        for deed in deeds:
            if deed.startswith("person"):
                self._person(deed)
        self._stopped = self._stopped or "stop" in deeds
        self._die_if("crash before" in deeds)
        try:
            return effect(deeds)
        finally:
            self._die_if("crash after" in deeds)

    def is_set(self) -> bool:
        """Whether the run was asked to stop."""
        return self._stopped

    def _die_if(self, crashed: bool) -> None:
        if crashed:
            self._dead = True
            raise Crash


class Crew:
    """Makes calls one after the other, in the caller's own thread."""

    def work(
        self,
        call: Callable[[Item], Answer],
        feed: Callable[[list[tuple[Item, Answer | Left]]], Sequence[Item]],
        may_begin: Callable[[], bool],
        tick: Callable[[], None],
    ) -> None:
        """Ask for more while one item still waits, as the real crew does while calls are under way."""
        waiting = [*feed([])]
        done: list[tuple[Item, Answer | Left]] = []
        while waiting or done:
            if done and len(waiting) <= 1:
                more, done = done, []
                waiting += feed(more)
                continue
            tick()
            item = waiting.pop(0)
            done.append((item, call(item) if may_begin() else Left.NOT_BEGUN))

    def heed(self, error: ProviderError | None) -> None: ...

    def close(self) -> None: ...


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += seconds


def chooser(run: int) -> random.Random:
    """Return the randomness of a run: always the same, and another for each run."""
    return random.Random(run)


class Nobody:
    """An observer that looks away."""

    def began(self, changes: int, calls: int) -> None: ...

    def call_ended(self) -> None: ...

    def change_ended(self, name: str, action: str, end: str) -> None: ...

    def waiting(self, what: str, seconds: float) -> None: ...
