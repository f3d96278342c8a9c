"""Answers that do not come from the provider's program but from something in front of it."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from sarv_sync.sandbox.options import FLAG, STATUS
from sarv_sync.sandbox.reply import Answer
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.sandbox.exchange import Exchange, Proceed
    from sarv_sync.sandbox.reply import Reply

_PAGE = b"""<!DOCTYPE html>
<html><head><title>Maintenance</title></head><body><h1>We will be back soon</h1></body></html>
"""


@dataclass(frozen=True, slots=True)
class Html:
    """Answers an HTML page with `status`, having done nothing, or with `commit` having done it."""

    status: int = field(default=200, metadata=STATUS)
    commit: bool = field(default=False, metadata=FLAG)

    async def __call__(self, exchange: Exchange, proceed: Proceed) -> Reply:
        """Proceed if asked to, and answer the page."""
        if self.commit:
            await proceed(exchange)
        return Answer(_PAGE, "html", self.status, "text/html; charset=utf-8")


@dataclass(frozen=True, slots=True)
class HttpStatus:
    """Answers `status` with an empty body, having done nothing, or with `commit` having done it."""

    status: int = field(default=502, metadata=STATUS)
    commit: bool = field(default=False, metadata=FLAG)

    async def __call__(self, exchange: Exchange, proceed: Proceed) -> Reply:
        """Proceed if asked to, and answer the status."""
        if self.commit:
            await proceed(exchange)
        return Answer(b"", "http-status", self.status, "text/plain; charset=utf-8")
