"""What an apply did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.errors import Fault
    from sarv_sync.model.plan import Action, Blocked


@dataclass(frozen=True, slots=True)
class Entry:
    """One change and how it ended. `message` says why, where it did not end well."""

    name: str
    action: Action
    smtp_user_name: str | None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an apply did, sorted by name.

    `unknown` are calls whose effect could not be found out; `not_attempted` were left because something stopped
    the run. `verified` is true only if a fresh listing after the last call shows every touched user as desired.
    `rotation` says that it was not an apply, but a `rotate`.
    """

    digest: str
    applied: tuple[Entry, ...] = ()
    failed: tuple[Entry, ...] = ()
    unknown: tuple[Entry, ...] = ()
    not_attempted: tuple[Entry, ...] = ()
    delivered: tuple[Entry, ...] = ()
    undelivered: tuple[Entry, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    warnings: tuple[Fault, ...] = ()
    verified: bool = False
    rotation: bool = False

    @property
    def complete(self) -> bool:
        """Whether everything that was attempted, or should have been, ended well."""
        return self.verified and not (self.failed or self.unknown or self.not_attempted or self.undelivered)
