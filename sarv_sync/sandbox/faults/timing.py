"""Answers and effects that come when nobody waits for them any more."""

from __future__ import annotations

import asyncio
from dataclasses import field
from typing import TYPE_CHECKING

from sarv_sync.sandbox.options import FLAG, SECONDS, WHOLE
from sarv_sync.sandbox.reply import HangUp
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.sandbox.exchange import Exchange, Proceed
    from sarv_sync.sandbox.reply import Reply


@dataclass(frozen=True, slots=True)
class Late:
    """Does it at once, and answers `seconds` later."""

    seconds: float = field(default=5.0, metadata=SECONDS)

    async def __call__(self, exchange: Exchange, proceed: Proceed) -> Reply:
        """Proceed, then wait."""
        reply = await proceed(exchange)
        await asyncio.sleep(self.seconds)
        return reply


@dataclass(frozen=True, slots=True)
class LateCommit:
    """Drops the connection at once, and does it `seconds` later, or when `calls` further calls have come.

    With `hold` the connection stays open meanwhile, for a client that gives up by itself; one that does not is
    answered in the end.
    """

    seconds: float = field(default=5.0, metadata=SECONDS)
    calls: int = field(default=0, metadata=WHOLE)
    hold: bool = field(default=False, metadata=FLAG)

    def __post_init__(self) -> None:
        if self.hold and self.calls:
            raise ValueError("hold and calls exclude each other")

    async def __call__(self, exchange: Exchange, proceed: Proceed) -> Reply:
        """Put the call off."""
        if self.hold:
            await asyncio.sleep(self.seconds)
            return await proceed(exchange)
        if self.calls:
            exchange.later.after_calls(self.calls, lambda: proceed(exchange))
        else:
            exchange.later.after_seconds(self.seconds, lambda: proceed(exchange))
        return HangUp("late-commit")
