"""What the sandbox needs of an account, wherever that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sarv_sync.model.users import ObservedUser, Settings, Status


class UnknownUser(LookupError):
    """No user of the account bears this name."""


class Account(Protocol):
    """The SMTP users of one account. Every method may be called from any thread.

    There is no way to delete a user, as the provider has none. A change that was reported done is kept.
    """

    @property
    def version(self) -> int:
        """A number that grows with every change."""
        ...

    def users(self) -> tuple[ObservedUser, ...]:
        """Return every user, oldest first."""
        ...

    def past(self, *, changes: int = 0, seconds: float = 0.0) -> tuple[ObservedUser, ...]:
        """Return the users as they were `changes` changes ago, or `seconds` seconds ago, whichever is further back.

        Nothing is remembered from before this object was made.
        """
        ...

    def add(self, total_limit: int, hourly_limit: int, status: Status = "Enable") -> ObservedUser:
        """Make a user with a name and password of the account's choosing."""
        ...

    def fill(self, settings: Iterable[Settings]) -> None:
        """Make a user for each of `settings`: all of them or, if that fails, none."""
        ...

    def edit(
        self,
        smtp_user_name: str,
        *,
        total_limit: int | None = None,
        hourly_limit: int | None = None,
        status: Status | None = None,
    ) -> ObservedUser:
        """Set what is not None and return the user; raise `UnknownUser` if there is none."""
        ...

    def reset(self, smtp_user_name: str) -> ObservedUser:
        """Give the user a new password and return it; raise `UnknownUser` if there is none."""
        ...

    def close(self) -> None:
        """Let go of whatever keeps the account. No other method may be called after it."""
        ...
