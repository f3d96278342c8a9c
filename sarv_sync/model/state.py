"""The state: which name is which user, and what was under way."""

from __future__ import annotations

from dataclasses import field
from itertools import chain
from typing import TYPE_CHECKING, Literal

from sarv_sync.model.record import record
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.model.account import Account
    from sarv_sync.model.plan import Action, FieldChange
    from sarv_sync.model.users import Settings


@dataclass(frozen=True, slots=True)
class Delivery:
    """That a password is in a sink's target, or is owed to it.

    `address` is the target's; `form` tells apart how the password was laid out there; `verifier` proves which
    password it was to who has the key (see `model.verifier`), None while none has arrived.
    """

    address: str
    form: str
    verifier: str | None = None


@dataclass(frozen=True, slots=True)
class Rotating:
    """That a password was about to be changed, `at` some moment (UTC, ISO 8601), for a `password_version` and `turn`.

    `before` is the verifier of the old one.
    """

    at: str
    before: str
    version: int
    turn: int = 0


@dataclass(frozen=True, slots=True)
class PasswordRecord:
    """What is known of a user's password, and nothing that would help to guess it. Times are UTC in ISO 8601.

    `since` is when this program had it made, or first met the user; `version` the `password_version` it was made
    for; `former` is the verifier of the one before. `deliveries` are sorted by address. Of the two users of an entry,
    the one with the higher `turn` serves; `left` is since when it has been serving in place of this one, and
    `last` the verifier of the password that this one had then.
    """

    since: str | None = None
    version: int | None = None
    deliveries: tuple[Delivery, ...] = ()
    rotating: Rotating | None = None
    former: str | None = None
    turn: int = 0
    left: str | None = None
    last: str | None = None


NO_RECORD = PasswordRecord()


@record
class Binding:
    """A name's user, and the values that were last applied to it.

    `renamed_from` is the last rename carried out, so that the key may stay in the file without renaming again.
    `removed_at` is since when the user is retired (UTC, ISO 8601; None: not known, or it is not). `recycled_from` is
    the name that it was retired under, from when its password was changed until it is enabled for its new one.
    """

    smtp_user_name: str
    applied: Settings
    renamed_from: str | None = None
    password: PasswordRecord = NO_RECORD
    removed_at: str | None = None
    recycled_from: str | None = None


@dataclass(frozen=True, slots=True)
class Birthmark:
    """A random pair of limits that a user is created with, so that the listing says whose it is."""

    total_limit: int
    hourly_limit: int


@dataclass(frozen=True, slots=True)
class Intent:
    """A create under way: from before the call until the user has its real limits.

    `listing` names the entry of `State.listings` with the users that existed before the call. While the name is
    also bound, the user is known and only its limits are still to be set.
    """

    id: str
    name: str
    birthmark: Birthmark
    listing: str


@dataclass(frozen=True, slots=True)
class Retired:
    """A birthmark given up for ever: its create counts as never made. A user that shows it after all is a spare."""

    name: str
    birthmark: Birthmark
    listing: str


@dataclass(frozen=True, slots=True)
class Lock:
    """Who holds the state. `since` and `expires` are UTC in ISO 8601."""

    id: str
    holder: str
    command: str
    since: str
    expires: str


@dataclass(frozen=True, slots=True)
class Moved:
    """That the state is not used here: it went `to` another place, or has not wholly arrived `from` one.

    `place` is that place in words, `section` the `state:` section that names it, as YAML (empty for `from`).
    """

    direction: Literal["to", "from"]
    place: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class Census:
    """The users that no entry owned, by the provider's names, sorted.

    `known` are those that were there when they were first taken down, and those about whom somebody has decided
    since; `appeared` those that came later, and that an apply has told of.
    """

    known: tuple[str, ...] = ()
    appeared: tuple[str, ...] = ()


ChangeEnd = Literal["planned", "applied", "failed", "unknown", "not_attempted"]


@record
class PastChange:
    """A change that an apply made or tried to make. `was` is the name that the user had before, if it had another.

    It is `planned` where the run did not live to write down what became of it.
    """

    name: str
    action: Action
    smtp_user_name: str | None
    end: ChangeEnd
    fields: tuple[FieldChange, ...] = ()
    was: str | None = None


@dataclass(frozen=True, slots=True)
class PastRun:
    """One apply. `at` is when it began (UTC, ISO 8601), `by` who ran it, `commit` what its files were of, if known.

    `finished` says that it lived to write down what it did; `left_out` how many of its changes are not kept any more.
    """

    id: str
    at: str
    by: str
    command: str
    commit: str | None
    digest: str
    changes: tuple[PastChange, ...] = ()
    finished: bool = False
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """The whole document. `lineage` never changes; `serial` grows by one with every write.

    `removed` are users this state retired, kept so that a returning name gets its own user back. `listings` hold
    the names, beyond those already bound or removed, that the account listed before a create. `echoes_limits`
    says whether the account lists the limits it was given (None: not yet seen). `census` has the users that no entry
    owns, once an apply took them down; `history` the last applies, the oldest first. `lost`, which is no part of the
    document, is the serial of one that was written at this place and is gone.
    """

    lineage: str
    serial: int
    account: Account
    lock: Lock | None = None
    bindings: dict[str, Binding] = field(default_factory=dict)
    removed: dict[str, Binding] = field(default_factory=dict)
    intents: dict[str, Intent] = field(default_factory=dict)
    retired: tuple[Retired, ...] = ()
    listings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    echoes_limits: bool | None = None
    census: Census | None = None
    history: tuple[PastRun, ...] = ()
    moved: Moved | None = None
    lost: int | None = None

    def creates_under_way(self) -> dict[str, Intent]:
        """Return the open intents by the name they create."""
        return {intent.name: intent for intent in self.intents.values()}

    def owned(self) -> dict[str, str]:
        """Return the name of every user this state owns, by `smtp_user_name`."""
        both = chain(self.removed.items(), self.bindings.items())
        return {binding.smtp_user_name: name for name, binding in both}
