"""Listings that do not show the account as it is."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from sarv_sync.sandbox.faults.documents import Document, changed_success
from sarv_sync.sandbox.listing import row
from sarv_sync.sandbox.options import COUNT, SECONDS, WHOLE
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.sandbox.exchange import Exchange, Proceed
    from sarv_sync.sandbox.reply import Reply


@dataclass(frozen=True, slots=True)
class ListLag:
    """Shows the account as it was `seconds` ago, or `calls` changes ago."""

    seconds: float = field(default=5.0, metadata=SECONDS)
    calls: int = field(default=0, metadata=WHOLE)

    async def __call__(self, exchange: Exchange, proceed: Proceed) -> Reply:
        """Proceed, for the checks, and show what was."""
        reply = await proceed(exchange)
        account = exchange.account
        users = account.past(changes=self.calls) if self.calls else account.past(seconds=self.seconds)
        return changed_success(reply, "list-lag", lambda document: _set_list(document, [*map(row, users)]))


@dataclass(frozen=True, slots=True)
class NullList:
    """Answers success with `smtp_list` null."""

    async def __call__(self, exchange: Exchange, proceed: Proceed) -> Reply:
        """Proceed and drop the list."""
        return changed_success(await proceed(exchange), "null-list", lambda document: _set_list(document, None))


@dataclass(frozen=True, slots=True)
class EmptyList:
    """Answers success with an empty list, as if there were no users."""

    async def __call__(self, exchange: Exchange, proceed: Proceed) -> Reply:
        """Proceed and drop the rows."""
        return changed_success(await proceed(exchange), "empty-list", lambda document: _set_list(document, []))


@dataclass(frozen=True, slots=True)
class DuplicateRow:
    """Shows the row `row`, counted from 1, once more at the end of the list."""

    row: int = field(default=1, metadata=COUNT)

    async def __call__(self, exchange: Exchange, proceed: Proceed) -> Reply:
        """Proceed and repeat the row."""
        return changed_success(await proceed(exchange), "duplicate-row", self._repeat)

    def _repeat(self, document: Document) -> None:
        rows = document["smtp_list"]
        rows.extend(rows[self.row - 1 : self.row])


def _set_list(document: Document, rows: Sequence[object] | None) -> None:
    document["smtp_list"] = rows
