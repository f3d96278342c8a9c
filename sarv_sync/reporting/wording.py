"""The words that every format uses for the same things. Nothing here is escaped yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sarv_sync.model.plan import Action, DriftKind, Why
    from sarv_sync.model.users import Source, Value

ORDER: tuple[Action, ...] = ("create", "adopt", "rename", "update", "disable", "forget", "rotate", "deliver")
"""The order a reviewer reads in: what stays for ever first, what merely moves words last."""

DONE: dict[Action, str] = {
    "create": "created",
    "update": "updated",
    "disable": "disabled",
    "adopt": "adopted",
    "rename": "renamed",
    "forget": "forgotten",
    "rotate": "rotated",
    "deliver": "delivered",
}

DRIFT_WORDS: dict[DriftKind, str] = {
    "changed": "",
    "missing": "missing: the account does not list it",
    "password_changed": "its password was changed outside",
    "undelivered": "its password is not known to have arrived everywhere",
}

WHY_WORDS: dict[Why, str] = {
    "asked": "",
    "version": "password_version was raised",
    "age": "due by age",
    "left": "the entry's other user serves by now",
    "layout": "laid out in another way, or for others",
    "recycled": "",
    "returning": "returns to the user it had",
}

PASSWORD_KINDS: frozenset[DriftKind] = frozenset({"password_changed", "undelivered"})
"""Drift that a delivery ends."""


def counted(count: int, noun: str) -> str:
    """Return `1 user`, `2,000 users`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def words(value: Value) -> str:
    """Return a number with its thousands apart, a word as it is."""
    return f"{value:,}" if isinstance(value, int) else value


def place_of(source: Source | None) -> str | None:
    """Return `file:line`."""
    return None if source is None else f"{source.file}:{source.line}"
