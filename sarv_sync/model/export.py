"""Users of an account on their way into a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sarv_sync.model.users import LIMIT_MAX

if TYPE_CHECKING:
    from sarv_sync.errors import Fault
    from sarv_sync.model.users import Field, Settings

_PIN = re.compile(r"[!-~]{1,255}")


def can_be_pinned(smtp_user_name: str) -> bool:
    """Say whether a file may hold `smtp_user_name` as a pin."""
    return _PIN.fullmatch(smtp_user_name) is not None


@dataclass(frozen=True, slots=True)
class ExportedUser:
    """A user as an entry is to have it: its name in the files, its pin, and its values in the account.

    `alternate` is the pin of the user that takes turns with it, if one does.
    """

    name: str
    smtp_user_name: str
    settings: Settings
    alternate: str | None = None

    def odd_limits(self) -> tuple[Field, ...]:
        """Return the limits that the account shows and that no file can say, such as 0."""
        limits: tuple[Field, ...] = ("total_limit", "hourly_limit")
        return tuple(field for field in limits if self.limit(field) != self.settings.get(field))

    def limit(self, field: Field) -> int:
        """Return the limit `field`, or the one next to it that a file can say."""
        return min(max(int(self.settings.get(field)), 1), LIMIT_MAX)


@dataclass(frozen=True, slots=True)
class Export:
    """The users to be written, sorted by name; how many retired ones are left out; what is to be pointed out."""

    users: tuple[ExportedUser, ...]
    retired: int = 0
    warnings: tuple[Fault, ...] = ()
