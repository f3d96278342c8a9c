"""Everything there is to say about one user: whose it is, what each of its values comes from, what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.model.configuration import RemovedEntry
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.state import Binding, PastChange, PastRun
    from sarv_sync.model.users import DesiredUser, Field, Source, Value

Where = Literal["entry", "profile", "defaults", "built-in", "turns"]
Standing = Literal[
    "managed", "new", "creating", "returning", "gone", "retired", "spare", "forgotten", "unmanaged"
]  # fmt: skip
Listed = Literal["listed", "missing", "unreadable", "not_made"]
Holding = Literal["holds", "new", "owed", "changed", "gone", "other", "layout", "untold", "left"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the files have a value from: the user's entry, its profile, `defaults`, or none of them.

    `turns` is said of the status of a user that takes turns with another: it follows from which of them serves.
    `source` is None for what no file says.
    """

    where: Where
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class ExplainedField:
    """One value on every side: in the files, as it was last applied, in the account; None where there is none.

    `planned` is what apply sets it to, None where it leaves it alone; `ignored` says that `ignore_changes` has it.
    """

    field: Field
    wanted: Value | None = None
    origin: Origin | None = None
    applied: Value | None = None
    observed: Value | None = None
    planned: Value | None = None
    ignored: bool = False
    drifted: bool = False


@dataclass(frozen=True, slots=True)
class ExplainedDelivery:
    """A target, and whether it holds the account's password.

    ::

        holds     it does
        new       nothing was delivered there yet
        owed      the password never arrived
        changed   it holds an older one: the user's was changed outside
        gone      it was seen to hold none
        other     it was seen to hold another
        layout    it does, in a way in which it would not be laid out by now
        untold    it has one, and nothing tells which: another key made what the state knows
        left      it has one, and no sink of the files leads there any more
    """

    address: str
    holding: Holding


@dataclass(frozen=True, slots=True)
class ExplainedUser:
    """One user of the account, or one that is to be. Most names have one, an entry with `rotation: alternate` two.

    `known_as` is the name that the state has for it, another one while a rename is to be done. `fault` is what is
    wrong with its row in the listing. `serves` is None where there is only one. `due` is when its password is to be
    changed by age (UTC, ISO 8601).
    """

    name: str
    smtp_user_name: str | None
    listed: Listed
    fields: tuple[ExplainedField, ...]
    known_as: str
    binding: Binding | None = None
    retired: bool = False
    fault: str | None = None
    serves: bool | None = None
    due: str | None = None
    deliveries: tuple[ExplainedDelivery, ...] = ()


@dataclass(frozen=True, slots=True)
class Unowned:
    """What is known of a user that no name owns.

    `counted` says that users have been taken down at all; `unsettled` that it has appeared since, `told` that an
    apply has said so; `spared` that a pattern of the files leaves it alone. `may_be` are the names whose creates may
    have made it.
    """

    counted: bool = False
    unsettled: bool = False
    told: bool = False
    spared: bool = False
    may_be: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Touch:
    """A change that a past apply made or tried to make."""

    run: PastRun
    change: PastChange


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole of it. `name` is None for a user that no name owns.

    `history` are the last changes, the newest first, of `touches` that are remembered; `shortened` runs did more than
    is remembered of them. `plan` is the plan, limited to
    what it says of this name and its users; why an apply would be refused as a whole is in it too.
    """

    asked: str
    name: str | None
    standing: Standing
    users: tuple[ExplainedUser, ...]
    plan: Plan
    entry: DesiredUser | None = None
    removed: RemovedEntry | None = None
    unowned: Unowned | None = None
    history: tuple[Touch, ...] = ()
    touches: int = 0
    shortened: int = 0
