"""Which account this is about."""

from __future__ import annotations

from sarv_sync.values import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the provider: its API's base URL, without a trailing slash, and the owner's id."""

    endpoint: str
    owner_id: str
