"""What planning and applying need of the outside world, and nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sarv_sync.model.answers import AddAnswer
    from sarv_sync.model.users import Field, Listing, Value


class Provider(Protocol):
    """The calls of the provider that an apply makes. Safe to call from several threads at once."""

    def list_users(self) -> Listing:
        """Return the whole account as it is now, or raise `ProviderError`."""
        ...

    def add_user(self, total_limit: int, hourly_limit: int) -> AddAnswer:
        """Ask once for a new user and say what the answer proves. Never raises `ProviderError`, never repeats."""
        ...

    def edit_user(self, smtp_user_name: str, fields: Mapping[Field, Value]) -> None:
        """Set `fields`, and only those, in one call; raise `ProviderError` if that is not proven done."""
        ...
