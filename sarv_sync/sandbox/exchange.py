"""One call on its way through the faults to the account."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from sarv_sync.sandbox.reply import Reply
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.sandbox.account import Account
    from sarv_sync.sandbox.later import Later

CALLS = ("addSmtp", "editSmtp", "resetSmtpPassword", "listSmtp")
"""The published calls, each at `/settings/` and its name."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request that reached one of the four calls. `body` may be anything, it has not been looked at."""

    call: str
    content_type: str
    body: bytes
    account: Account
    later: Later


Proceed = Callable[[Exchange], Awaitable[Reply]]
"""Does what the request asks, by way of the faults that are further in, and returns the answer."""
