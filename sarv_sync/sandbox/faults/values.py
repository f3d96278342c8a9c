"""Values that are not what they should be."""

from __future__ import annotations

from dataclasses import field as option
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sarv_sync.sandbox.faults.documents import Document, changed_request, changed_success
from sarv_sync.sandbox.options import COUNT, WHOLE, word
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.sandbox.exchange import Exchange, Proceed
    from sarv_sync.sandbox.reply import Reply

ANSWER_FIELDS = (
    "status", "message", "smtp_user_name", "smtp_password", "password", "total_limit", "hourly_limit", "smtp_list",
)  # fmt: skip
SHAPES = ("string", "integer", "float", "null", "list", "missing")


@dataclass(frozen=True, slots=True)
class Cap:
    """Does it with limits of at most `total` and `hourly`, and says nothing about it."""

    total: int | None = option(default=None, metadata=COUNT)
    hourly: int | None = option(default=None, metadata=COUNT)

    async def __call__(self, exchange: Exchange, proceed: Proceed) -> Reply:
        """Proceed with smaller limits."""
        return await proceed(replace(exchange, body=changed_request(exchange.body, self._lower)))

    def _lower(self, document: Document) -> None:
        for key, most in (("total_limit", self.total), ("hourly_limit", self.hourly)):
            asked = document.get(key)
            if most is not None and isinstance(asked, int) and asked > most:
                document[key] = most


@dataclass(frozen=True, slots=True)
class WrongTypes:
    """Does it, and answers with `field` turned into what `to` says, in the answer itself and in the rows.

    `row` limits it to that row of a listing, counted from 1; 0 means every row.
    """

    field: str = option(default="total_limit", metadata=word(ANSWER_FIELDS))
    to: str = option(default="string", metadata=word(SHAPES))
    row: int = option(default=0, metadata=WHOLE)

    async def __call__(self, exchange: Exchange, proceed: Proceed) -> Reply:
        """Proceed and spoil the answer."""
        return changed_success(await proceed(exchange), "wrong-types", self._spoil)

    def _spoil(self, document: Document) -> None:
        rows = document.get("smtp_list", ())
        holders = rows[self.row - 1 : self.row] if self.row else (document, *rows)
        for holder in holders:
            spoil(holder, self.field, self.to)


@dataclass(frozen=True, slots=True)
class NoName:
    """Does it, and answers success without `smtp_user_name`."""

    async def __call__(self, exchange: Exchange, proceed: Proceed) -> Reply:
        """Proceed and drop the name."""
        return changed_success(
            await proceed(exchange), "no-name", lambda document: spoil(document, "smtp_user_name", "missing")
        )


def spoil(holder: Document, key: str, shape: str) -> None:
    """Turn the value at `key`, if there is one, into `shape`."""
    if key not in holder:
        return
    value = holder.pop(key)
    if shape != "missing":
        holder[key] = _as(shape, value)


def _as(shape: str, value: Any) -> Any:
    match shape:
        case "string":
            return str(value)
        case "integer":
            return _number(value)
        case "float":
            return float(_number(value))
        case "list":
            return [value]
        case _:
            return None


def _number(value: Any) -> int:
    words = {"Enable": 1, "Disable": 0}
    if isinstance(value, int):
        return value
    return words.get(value, 0) if isinstance(value, str) else 0
