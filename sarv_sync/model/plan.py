"""A plan: what apply would do, what changed outside the files, and what must not go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sarv_sync.model.record import record
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.errors import Fault
    from sarv_sync.model.account import Account
    from sarv_sync.model.rotation import RotationRequest
    from sarv_sync.model.users import Field, Source, Status, Value

Action = Literal["create", "update", "disable", "adopt", "rename", "forget", "rotate", "deliver"]
Cause = Literal["config", "drift", "both"]
Why = Literal["asked", "version", "age", "left", "layout", "recycled", "returning"]
DriftKind = Literal["changed", "missing", "password_changed", "undelivered"]
BlockedReason = Literal[
    "missing", "unreadable", "listing", "ambiguous", "pin", "conflict", "removal_forbidden", "no_sink", "grace"
]
RefusalReason = Literal["guard", "budget", "labels", "listing", "unmanaged", "state", "sinks"]

ACTIONS: tuple[Action, ...] = ("create", "update", "disable", "adopt", "rename", "forget", "rotate", "deliver")
IRREVERSIBLE: frozenset[Action] = frozenset({"create", "rotate"})
NOT_COMPARED: frozenset[BlockedReason] = frozenset({"missing", "unreadable", "listing", "ambiguous"})
"""Reasons that say: this user could not be held against what was last applied."""


@record
class FieldChange:
    """One value, before and after. `before` is what the account has, None where the user does not exist yet."""

    field: Field
    before: Value | None
    after: Value


@record
class Change:
    """One action on one name. `smtp_user_name` is None for a user still to be made.

    `source` is where the change comes from: the value that changed, else the entry, else None for an entry that
    is gone. `renamed_from` is the old name of a `rename`. `sinks` are the addresses that a `deliver` writes to, and
    `forms` tells apart how the password is laid out at each, and for whom. `why` is what a rotation is for: it was
    asked for, the files have a new `password_version`, the password is old; `left`, where the user that has served is
    disabled; or `layout`, where a password is only laid out anew. An `adopt` is `recycled` where it takes the user
    that was retired as `former`, and gives it a new password; an `update` is `returning` where a name that was gone
    gets its own user back. A `deliver` comes beside whatever else is done to the user; of everything else a name has
    one change at most.
    """

    name: str
    action: Action
    smtp_user_name: str | None
    cause: Cause
    fields: tuple[FieldChange, ...] = ()
    source: Source | None = None
    renamed_from: str | None = None
    sinks: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    why: Why | None = None
    former: str | None = None

    @property
    def reversible(self) -> bool:
        """Whether a later apply can take this back. A recycled user's old password is gone."""
        return self.action not in IRREVERSIBLE and self.why != "recycled"


@record
class Drift:
    """A bound user that no longer is as it was applied. `fields` go from last applied to observed."""

    name: str
    smtp_user_name: str
    kind: DriftKind
    fields: tuple[FieldChange, ...] = ()


@record
class UnmanagedUser:
    """A user of the account that no entry owns.

    `unsettled` says that it has appeared since the state took down who was there, and that nobody has said what it
    is; `new`, that no apply has told of it yet.
    """

    smtp_user_name: str
    total_limit: int
    hourly_limit: int
    status: Status
    unsettled: bool = False
    new: bool = False


@record
class Blocked:
    """A name that is left out of the apply, and what would let it in."""

    name: str
    reason: BlockedReason
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the apply as a whole must not go on, and where the files say so, if they do."""

    reason: RefusalReason
    message: str
    hint: str
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything `plan` has to say. Every tuple is sorted by name; `digest` covers the account and the changes.

    `targets` are the names the plan was limited to (empty: all). `rotation` is what `rotate` was asked for, where
    that is all the plan is about: it says nothing of what else differs then.
    """

    account: Account
    digest: str
    changes: tuple[Change, ...] = ()
    drift: tuple[Drift, ...] = ()
    unmanaged: tuple[UnmanagedUser, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[Fault, ...] = ()
    unchanged: int = 0
    targets: tuple[str, ...] = ()
    rotation: RotationRequest | None = None

    @property
    def pending(self) -> bool:
        """Whether anything differs: something to do, or something that is held back."""
        return bool(self.changes or self.blocked or self.refusals)

    @property
    def compared(self) -> bool:
        """Whether every user could be held against what was last applied."""
        refused = any(refusal.reason in {"listing", "state"} for refusal in self.refusals)
        return not refused and not any(entry.reason in NOT_COMPARED for entry in self.blocked)

    @property
    def clean(self) -> bool:
        """Whether every user was compared, is as it was last applied, and is owned where it has to be.

        What could not be compared is not clean: a check that cannot be made is no pass.
        """
        forbidden = any(refusal.reason == "unmanaged" for refusal in self.refusals)
        settled = not any(user.unsettled for user in self.unmanaged)
        return self.compared and not self.drift and not forbidden and settled

    def summary(self) -> dict[str, int]:
        """Return the counts of the contract's `summary`, in its order."""
        counts: dict[str, int] = dict.fromkeys(ACTIONS, 0)
        for change in self.changes:
            counts[change.action] += 1
        rest = {"unchanged": self.unchanged, "blocked": len(self.blocked), "drift": len(self.drift)}
        return {**counts, **rest, "unmanaged": len(self.unmanaged)}
