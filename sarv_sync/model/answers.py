"""What an answer to `addSmtp` proves about the user it asked for.

The call cannot be repeated safely and cannot be undone, so its answer has exactly three readings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.errors import ProviderError
    from sarv_sync.model.secret import Secret


@dataclass(frozen=True, slots=True)
class Created:
    """The user exists and this is its name."""

    smtp_user_name: str
    password: Secret


@dataclass(frozen=True, slots=True)
class NotCreated:
    """Proof that no user was made."""

    error: ProviderError


@dataclass(frozen=True, slots=True)
class Unknown:
    """A user may or may not have been made, or may yet be."""

    error: ProviderError


AddAnswer = Created | NotCreated | Unknown
