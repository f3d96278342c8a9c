"""SMTP users: what the files want, and what the account has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from sarv_sync.model.record import record
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.model.secret import Secret

Status = Literal["Enable", "Disable"]
Rotation = Literal["in-place", "alternate"]
Field = Literal["total_limit", "hourly_limit", "status"]
Value = int | str

FIELDS: tuple[Field, ...] = ("total_limit", "hourly_limit", "status")
"""The three values an SMTP user has, in the order everything shows them."""

LIMIT_MAX = 2_147_483_647

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
"""What a user may be called in the files."""


_SPARE = "~"


def spare_name(meant_for: str, smtp_user_name: str) -> str:
    """Return what a spare user is called in plans and state. No name of the files looks like this."""
    return f"{meant_for}{_SPARE}{smtp_user_name}"


def is_spare_name(name: str) -> bool:
    """Say whether `name` is that of a spare user."""
    return _SPARE in name


_SECOND = "+2"


def second_name(name: str) -> str:
    """Return what the second user of an entry is called, where two take turns. No name of a file looks like this."""
    return f"{name}{_SECOND}"


def is_second_name(name: str) -> bool:
    """Say whether `name` is that of an entry's second user."""
    return name.endswith(_SECOND)


def entry_name(name: str) -> str:
    """Return the name of the entry that `name`, of its first or second user, belongs to."""
    return name.removesuffix(_SECOND)


def other_name(name: str) -> str:
    """Return what the other user of the same entry is called."""
    entry = entry_name(name)
    return entry if name != entry else second_name(entry)


class Source(NamedTuple):
    """A place in a file. `line` and `column` count from 1; `file` is spelled as a user would type it."""

    file: str
    line: int
    column: int


class Places(Protocol):
    """Where an entry stands, and where each of `FIELDS` was written: the entry itself for one that never was."""

    @property
    def source(self) -> Source:
        """Return the place of the entry."""
        ...

    @property
    def field_sources(self) -> tuple[Source, Source, Source]:
        """Return the places of the three values."""
        ...


class Placed(NamedTuple):
    """Places that are known already."""

    source: Source
    field_sources: tuple[Source, Source, Source]


@record
class Settings:
    """The values of one SMTP user: e-mails in all, e-mails an hour, and whether it may send."""

    total_limit: int
    hourly_limit: int
    status: Status

    def get(self, field: Field) -> Value:
        """Return the value of `field`."""
        value: Value = getattr(self, field)
        return value


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """When and how an entry's password is changed.

    `version` asks for a new password whenever it grows; `every` is the age, in seconds, at which it gets one (None:
    none does). `rotation` is `alternate` where two users take turns, and `grace` how long, in seconds, the one that
    has served stays enabled; `alternate_pin` is the provider's name of an existing second user.
    """

    version: int = 1
    every: float | None = None
    rotation: Rotation = "in-place"
    grace: float = 86400.0
    alternate_pin: str | None = None


NO_POLICY = PasswordPolicy()


@record
class DesiredUser:
    """A user as the files resolve it: own keys over profile over defaults.

    `smtp_user_name` is the pin that adopts an existing user. `places` may be found out only when somebody asks.
    """

    name: str
    settings: Settings
    places: Places
    smtp_user_name: str | None = None
    renamed_from: str | None = None
    recreate: bool = False
    ignore_changes: tuple[Field, ...] = ()
    description: str | None = None
    labels: tuple[tuple[str, str], ...] = ()
    password: PasswordPolicy = NO_POLICY
    profile: str | None = None

    @property
    def source(self) -> Source:
        """Return where the entry stands."""
        return self.places.source

    @property
    def field_sources(self) -> tuple[Source, Source, Source]:
        """Return where each of `FIELDS` was written."""
        return self.places.field_sources


@record
class ObservedUser:
    """A user as the account lists it."""

    smtp_user_name: str
    settings: Settings
    password: Secret


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row of the listing that could not be read. `smtp_user_name` is None when not even that was legible."""

    smtp_user_name: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The account as `listSmtp` gave it.

    `users` holds every legible row by `smtp_user_name`; `faults` the rows that are not; `repeated` the names that
    more than one row bears (none of those rows is in `users`).
    """

    users: dict[str, ObservedUser]
    faults: tuple[RowFault, ...] = ()
    repeated: tuple[str, ...] = ()

    def names(self) -> frozenset[str]:
        """Return every name that occurs in the listing, legible row or not."""
        faulty = {fault.smtp_user_name for fault in self.faults if fault.smtp_user_name is not None}
        return frozenset(self.users) | faulty | frozenset(self.repeated)
