"""The machine that a simulated run works on: it numbers every call to the outside, and dies where it is told to."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Protocol, TypeVar

from sarv_sync.applying.interface import Left
from tests.simulation.schedule import fits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sarv_sync.errors import ProviderError
    from tests.simulation.schedule import Deed
    from tests.simulation.world import World

Value = TypeVar("Value")
Item = TypeVar("Item")
Answer = TypeVar("Answer")

_MOST_CALLS = 300


class Crash(BaseException):
    """The process is gone. No code of the program may catch this."""


class Abandoned(BaseException):
    """Nobody waits for the end of this call any more: its thread comes to nothing."""


class Outside(Protocol):
    """What a machine stands in: what others do there, and how things are."""

    def happens(self, deed: Deed) -> None: ...

    def photo(self) -> World: ...


class Machine:
    """One process of the program. Once it has crashed, every further call of it crashes too.

    `trace` names every call, and `photos` show the world after each. `tick` is what the program does while it waits
    for a call.
    """

    def __init__(self, deeds: Mapping[int, Sequence[Deed]], outside: Outside) -> None:
        self._deeds = deeds
        self._outside = outside
        self._lasting: tuple[Deed, ...] = ()
        self._dead = False
        self._stopped = False
        self.in_crew = False
        self.tick: Callable[[], object] = lambda: None
        self.hours = 0
        self.trace: list[str] = []
        self.photos: list[World] = []

    def call(self, label: str, effect: Callable[[tuple[Deed, ...]], Value]) -> Value:
        """Carry out one call; `effect` is told what is to go wrong with it."""
        if self._dead:
            raise Crash
        if len(self.trace) == _MOST_CALLS:
            raise RuntimeError("the run does not come to an end")
        if self._deeds or self._lasting:
            return self._call(label, effect)
        self.trace.append(label)
        try:
            return effect(())
        finally:
            self.photos.append(self._outside.photo())

    def _call(self, label: str, effect: Callable[[tuple[Deed, ...]], Value]) -> Value:
        deeds = tuple(deed for deed in self.coming() if fits(deed, label))
        self.trace.append(f"{label}  <- {', '.join(deeds)}" if deeds else label)
        deeds = self._begin(deeds)
        try:
            return effect(deeds)
        finally:
            self.photos.append(self._outside.photo())
            self._die_if("crash after" in deeds)
            if "an hour passes" in deeds:
                self.hours += 1
                self.tick()
            if self.in_crew and "left under way" in deeds:
                raise Abandoned

    def coming(self) -> tuple[Deed, ...]:
        """Return what is to go wrong with the next call."""
        return tuple(self._deeds.get(len(self.trace), ()))

    def is_set(self) -> bool:
        """Whether the run was asked to stop."""
        return self._stopped

    def _begin(self, deeds: tuple[Deed, ...]) -> tuple[Deed, ...]:
        for deed in deeds:
            self._outside.happens(deed)
        self._stopped = self._stopped or "stop" in deeds or "left under way" in deeds
        self._lasting += tuple(deed for deed in deeds if deed.endswith("from now on"))
        self._die_if("crash before" in deeds)
        return tuple(dict.fromkeys((*deeds, *self._lasting)))

    def _die_if(self, crashed: bool) -> None:
        if crashed:
            self._dead = True
            raise Crash


class Crew:
    """Makes calls one after the other, in the caller's own thread.

    A call that waits may as well be under way: whoever feeds cannot tell. By default answers are handed over when no
    call waits any more. What a schedule may change: the last that waits is called for first; an answer is handed over
    at once, while others wait, or written without more calls being asked for; or it is late, and handed over after
    those of the others.
    """

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def work(
        self,
        call: Callable[[Item], Answer],
        feed: Callable[[list[tuple[Item, Answer | Left]]], Sequence[Item]],
        may_begin: Callable[[], bool],
        tick: Callable[[], object],
        record: Callable[[list[tuple[Item, Answer | Left]]], None] | None = None,
    ) -> None:
        self._machine.tick = tick
        waiting = list(feed([]))
        done: list[tuple[Item, Answer | Left]] = []
        late: list[tuple[Item, Answer | Left]] = []
        while waiting or done or late:
            if not waiting or not may_begin():
                done += [(item, Left.NOT_BEGUN) for item in waiting]
                done, late, handed = (late, [], done) if done else ([], [], late)
                waiting = list(feed(handed))
                continue
            deeds = self._machine.coming()
            item = waiting.pop(-1 if "last first" in deeds else 0)
            (late if "answered late" in deeds else done).append((item, self._answer(call, item)))
            tick()
            if "handed over at once" in deeds:
                handed, done = done, []
                waiting += feed(handed)
            elif "written at once" in deeds and record is not None:
                handed, done = done, []
                record(handed)

    def heed(self, error: ProviderError | None) -> None: ...

    def close(self) -> None: ...

    def _answer(self, call: Callable[[Item], Answer], item: Item) -> Answer | Left:
        self._machine.in_crew = True
        try:
            return call(item)
        except Abandoned:
            return Left.UNDER_WAY
        finally:
            self._machine.in_crew = False


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += seconds


def chooser(world: World) -> random.Random:
    """Return the randomness of a run that begins in `world`: the same in the same condition, another in another."""
    state = world.state()
    marks = [intent.birthmark for intent in state.intents.values()] + [
        given_up.birthmark for given_up in state.retired
    ]
    totals = [user.settings.total_limit for _, user in world.truth.users] + [mark.total_limit for mark in marks]
    return random.Random(sum(place * total for place, total in enumerate(totals, 1)))


class Observer:
    """Somebody who writes down what is told while an apply is under way."""

    def __init__(self, heard: list[object]) -> None:
        self._heard = heard

    def began(self, changes: int, calls: int) -> None: ...

    def call_ended(self) -> None: ...

    def change_ended(self, name: str, action: str, end: str) -> None:
        self._heard.append(f"{name} {action} {end}")

    def waiting(self, what: str, seconds: float) -> None:
        self._heard.append(what)
