"""What the files say, resolved and checked."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any, Literal

from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sarv_sync.errors import Fault
    from sarv_sync.model.users import DesiredUser, Source

Unmanaged = Literal["ignore", "report", "forbid"]
Removal = Literal["disable", "forget", "forbid"]
GuardName = Literal["max_creates", "max_disables", "max_updates", "max_rotations"]

GUARD_NAMES: tuple[GuardName, ...] = ("max_creates", "max_disables", "max_updates", "max_rotations")


@dataclass(frozen=True, slots=True)
class GuardLimit:
    """How many changes of a kind one apply may make: a count, or a percentage of the managed users."""

    amount: int
    percent: bool = False

    def __str__(self) -> str:
        return f"{self.amount}%" if self.percent else str(self.amount)


@dataclass(frozen=True, slots=True)
class Guards:
    """The limits on one apply. The defaults hold for every key a file does not set.

    `max_total_hourly` is how many e-mails an hour all enabled users may send together, `max_raise` how many times its
    old value a limit may become in one apply; None: any. `sources` is where what the file says stands, by key, and
    the section itself under `guards`.
    """

    max_creates: GuardLimit = GuardLimit(100)
    max_disables: GuardLimit = GuardLimit(30, percent=True)
    max_updates: GuardLimit = GuardLimit(100, percent=True)
    max_rotations: GuardLimit = GuardLimit(10)
    max_total_hourly: int | None = None
    max_raise: float | None = None
    sources: Mapping[str, Source] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Budget:
    """How many e-mails an hour, and in all, the enabled users that have all of `labels` may send together.

    None: any. `source` is where the budget stands.
    """

    labels: tuple[tuple[str, str], ...]
    hourly_limit: int | None
    total_limit: int | None
    source: Source


@dataclass(frozen=True, slots=True)
class RequiredLabel:
    """A label that every user must have, and where the files ask for it."""

    key: str
    source: Source


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """The `account:` section. `endpoint` and `owner_id` may come from outside the file.

    `settle` and `retry_for` are in seconds.
    """

    endpoint: str | None = None
    owner_id: str | None = None
    smtp_host: str | None = None
    smtp_port: int | None = None
    settle: float = 10.0
    retry_for: float = 60.0
    endpoint_source: Source | None = None


@dataclass(frozen=True, slots=True)
class StateSettings:
    """The `state:` section: a backend of `model.backends`, and what is set for it (texts, numbers, truth values).

    `sources` is where what the file says stands, by key, and the section itself under `state`.
    """

    backend: str = "local"
    options: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class SnapshotSettings:
    """The `snapshot:` section: which key must have signed a snapshot, if any, and how many seconds old it may be."""

    public_key: str | None = None
    max_age: float = 86400.0


@dataclass(frozen=True, slots=True)
class SinkSettings:
    """One entry of `credentials:`: a sink of `model.sinks`, and what is set for it.

    `only` are the labels a user must have for its password to go there, `verify` says whether to log in afterwards.
    `sources` is where what the file says stands, by key; the entry itself under `sink`.
    """

    sink: str
    options: Mapping[str, Any] = field(default_factory=dict)
    only: tuple[tuple[str, str], ...] = ()
    verify: bool = False
    sources: Mapping[str, Source] = field(default_factory=dict, compare=False, repr=False)

    def takes(self, user: DesiredUser) -> bool:
        """Say whether the password of `user` goes there."""
        return set(self.only) <= set(user.labels)


@dataclass(frozen=True, slots=True)
class RemovedEntry:
    """One entry of `removed:`: what becomes of a name that is gone from the files."""

    name: str
    policy: Removal
    source: Source


@dataclass(frozen=True, slots=True)
class Configuration:
    """One account's files, resolved.

    `file` is the main file, `files` all that were read, `directory` the main file's folder; `users` and `removed`
    are by name. `unmanaged_except` are patterns of users that are left alone, `recycle_after` the seconds after which
    a new entry may take a retired user (None: never).
    """

    file: str
    directory: str
    files: tuple[str, ...] = ()
    account: AccountSettings = AccountSettings()
    state: StateSettings = field(default_factory=StateSettings)
    sinks: tuple[SinkSettings, ...] = ()
    unmanaged: Unmanaged = "report"
    unmanaged_except: tuple[str, ...] = ()
    on_removal: Removal = "disable"
    recycle_after: float | None = None
    guards: Guards = field(default_factory=Guards)
    budgets: tuple[Budget, ...] = ()
    required_labels: tuple[RequiredLabel, ...] = ()
    snapshot: SnapshotSettings = SnapshotSettings()
    users: dict[str, DesiredUser] = field(default_factory=dict)
    removed: dict[str, RemovedEntry] = field(default_factory=dict)
    warnings: tuple[Fault, ...] = ()
