"""Users of an account on their way into files."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from sarv_sync.model.users import FIELDS, LIMIT_MAX, NO_POLICY
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.errors import Fault
    from sarv_sync.model.users import Field, PasswordPolicy, Settings

LIMITS: tuple[Field, ...] = ("total_limit", "hourly_limit")

_PIN = re.compile(r"[!-~]{1,255}")


def can_be_pinned(smtp_user_name: str) -> bool:
    """Say whether a file may hold `smtp_user_name` as a pin."""
    return _PIN.fullmatch(smtp_user_name) is not None


Labels = tuple[tuple[str, str], ...]
"""Keys and values, sorted."""


@dataclass(frozen=True, slots=True)
class Remarks:
    """What an entry says that the account does not know of: it comes from the files, or from a list of names."""

    description: str | None = None
    labels: Labels = ()
    ignore_changes: tuple[Field, ...] = ()
    password: PasswordPolicy = NO_POLICY


NO_REMARKS = Remarks()


@dataclass(frozen=True, slots=True)
class Values:
    """Values that entries may share. None: not said. A status that is not said is `Enable`."""

    total_limit: int | None = None
    hourly_limit: int | None = None
    status: str | None = None
    ignore_changes: tuple[Field, ...] | None = None

    def said(self) -> dict[str, Any]:
        """Return the values that are said, as a mapping of a file has them."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        listed = {key: list(value) if isinstance(value, tuple) else value for key, value in named.items()}
        return {key: value for key, value in listed.items() if value is not None}

    def over(self, below: Values) -> Values:
        """Return these values, and those of `below` where these say nothing."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(below, **{key: value for key, value in named.items() if value is not None})

    def beyond(self, below: Values) -> Values:
        """Return what has to be said over `below` for all of these values to hold."""
        same = [field.name for field in fields(self) if getattr(self, field.name) == getattr(below, field.name)]
        return replace(self, **dict.fromkeys(same))


NOT_SAID = Values()


class Profile(NamedTuple):
    """Values by a name that entries may give in place of them."""

    name: str
    values: Values


class Shared(NamedTuple):
    """What the entries of some files share: their defaults and profiles."""

    defaults: Values = NOT_SAID
    profiles: tuple[Profile, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportedUser:
    """A user as an entry is to have it: its name in the files, its pin, and its values in the account.

    `alternate` is the pin of the user that takes turns with it, if one does. `profile` gives the entry the values
    that it need not say itself.
    """

    name: str
    smtp_user_name: str
    settings: Settings
    alternate: str | None = None
    remarks: Remarks = NO_REMARKS
    profile: Profile | None = None

    def odd_limits(self) -> tuple[Field, ...]:
        """Return the limits that the account shows and that no file can say, such as 0."""
        return tuple(field for field in LIMITS if self.limit(field) != self.settings.get(field))

    def limit(self, field: Field) -> int:
        """Return the limit `field`, or the one next to it that a file can say."""
        return min(max(int(self.settings.get(field)), 1), LIMIT_MAX)

    def ignored(self) -> tuple[Field, ...]:
        """Return the fields whose changes the entry ignores: no file can say them, or it ignored them before.

        The status of two that take turns is never ignored: it is what changes with each turn.
        """
        fields = {*self.odd_limits(), *self.remarks.ignore_changes} - ({"status"} if self.alternates() else set())
        return tuple(field for field in FIELDS if field in fields)

    def alternates(self) -> bool:
        """Say whether two users take turns for the entry, or are to."""
        return self.alternate is not None or self.remarks.password.rotation == "alternate"


@dataclass(frozen=True, slots=True)
class Export:
    """The users to be written, sorted by name, and what is to be pointed out.

    `retired` is how many retired ones are left out, `spared` how many there are that a pattern of `unmanaged` leaves
    alone, `without_user` the names of the entries that have no user in the account.
    """

    users: tuple[ExportedUser, ...]
    retired: int = 0
    warnings: tuple[Fault, ...] = ()
    spared: int = 0
    without_user: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """How exported users are spread over files, and what their entries share.

    `main` are those of the main file, `parts` those of each included file, by its path from the main file's folder.
    """

    main: tuple[ExportedUser, ...]
    parts: dict[str, tuple[ExportedUser, ...]]
    defaults: Values = NOT_SAID
    profiles: tuple[Profile, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """What a list of names says of one user. `name` is None where it only has remarks. `line` counts from 1."""

    line: int
    name: str | None
    description: str | None = None
    labels: Labels = ()


@dataclass(frozen=True, slots=True)
class Choices:
    """A list of names: what it says, by `smtp_user_name`, and the `file` it stands in."""

    file: str
    users: dict[str, Choice]


NO_CHOICES = Choices("", {})
