"""A limit on the number of calls."""

from __future__ import annotations

import math
import time
from dataclasses import field
from typing import TYPE_CHECKING

from sarv_sync.sandbox.options import RATE
from sarv_sync.sandbox.reply import Answer
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.sandbox.exchange import Exchange, Proceed
    from sarv_sync.sandbox.reply import Reply


@dataclass(slots=True)
class RateLimit:
    """Lets `per_second` calls a second through, and as many at once; the rest get HTTP 429 and nothing is done.

    All calls of the rule draw on the same allowance. `clock` gives seconds and never goes back.
    """

    per_second: float = field(default=10.0, metadata=RATE)
    clock: Callable[[], float] = time.monotonic
    _left: float = field(default=0.0, init=False)
    _since: float = field(default=-math.inf, init=False)

    async def __call__(self, exchange: Exchange, proceed: Proceed) -> Reply:
        """Proceed while the allowance lasts."""
        now = self.clock()
        self._left = min(max(1.0, self.per_second), self._left + (now - self._since) * self.per_second)
        self._since = now
        if self._left >= 1:
            self._left -= 1
            return await proceed(exchange)
        wait = max(1, math.ceil((1 - self._left) / self.per_second))
        headers = (("Retry-After", str(wait)),)
        return Answer(b"Too Many Requests\n", "rate-limit", 429, "text/plain; charset=utf-8", headers)
