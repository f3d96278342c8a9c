"""A fault rule: which calls, when, and what happens to them."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Protocol

from sarv_sync.sandbox.options import COUNT, SHARE
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from sarv_sync.sandbox.exchange import Exchange, Proceed
    from sarv_sync.sandbox.reply import Reply

ANY = "any"


class Effect(Protocol):
    """What a fault does. It decides itself whether, and when, the call proceeds."""

    async def __call__(self, exchange: Exchange, proceed: Proceed) -> Reply:
        """Return what the client gets for `exchange`."""
        ...


@dataclass(frozen=True, slots=True)
class Trigger:
    """When a rule fires, by the count of the calls it matches. Every condition that is given must hold."""

    nth: int | None = field(default=None, metadata=COUNT)
    every: int | None = field(default=None, metadata=COUNT)
    first: int | None = field(default=None, metadata=COUNT)
    probability: float | None = field(default=None, metadata=SHARE)

    def fires(self, count: int, rng: Random) -> bool:
        """Return whether the rule fires for the `count`-th matching call. Draws from `rng` every time or never."""
        lucky = self.probability is None or rng.random() < self.probability
        return (
            lucky
            and (self.nth is None or count == self.nth)
            and (self.every is None or count % self.every == 0)
            and (self.first is None or count <= self.first)
        )


@dataclass(slots=True)
class Rule:
    """One `--fault`. `calls` are the calls it is for; `seen` counts those that came."""

    calls: Sequence[str]
    effect: Effect
    trigger: Trigger
    rng: Random
    seen: int = 0

    def fires(self, call: str) -> bool:
        """Count `call` if it is one of this rule's, and return whether the rule fires for it."""
        if call not in self.calls:
            return False
        self.seen += 1
        return self.trigger.fires(self.seen, self.rng)


def chain(rules: Sequence[Rule], call: str, innermost: Proceed) -> Proceed:
    """Return `innermost` behind every rule that fires for `call`, the first rule outermost.

    Every rule counts every call, also one that an earlier rule will not let through: what a rule does must not
    depend on its neighbours.
    """
    proceed = innermost
    for rule in reversed([rule for rule in rules if rule.fires(call)]):
        proceed = _behind(rule.effect, proceed)
    return proceed


def _behind(effect: Effect, inner: Proceed) -> Proceed:
    async def outer(exchange: Exchange) -> Reply:
        return await effect(exchange, inner)

    return outer
