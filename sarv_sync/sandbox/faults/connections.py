"""Connections that break."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from sarv_sync.sandbox.options import FLAG
from sarv_sync.sandbox.reply import Answer, HangUp
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.sandbox.exchange import Exchange, Proceed
    from sarv_sync.sandbox.reply import Reply


@dataclass(frozen=True, slots=True)
class HangUpFirst:
    """Drops the connection and does nothing."""

    async def __call__(self, exchange: Exchange, proceed: Proceed) -> Reply:  # noqa: ARG002
        """Hang up."""
        return HangUp("hang-up")


@dataclass(frozen=True, slots=True)
class CommitHangUp:
    """Does it, then drops the connection without an answer."""

    async def __call__(self, exchange: Exchange, proceed: Proceed) -> Reply:
        """Proceed and hang up."""
        await proceed(exchange)
        return HangUp("commit-hang-up")


@dataclass(frozen=True, slots=True)
class Truncated:
    """Does it, and sends the first half of the answer.

    The response is whole as far as HTTP can tell. With `short` it claims the full length, and the connection is
    dropped in the middle of it.
    """

    short: bool = field(default=False, metadata=FLAG)

    async def __call__(self, exchange: Exchange, proceed: Proceed) -> Reply:
        """Proceed and cut the answer."""
        reply = await proceed(exchange)
        if not isinstance(reply, Answer):
            return reply
        promised = len(reply.body) if self.short else None
        return replace(reply, body=reply.body[: len(reply.body) // 2], outcome="truncated", promised=promised)
