"""Short ways to write down the three sides of a plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings

from sarv_sync.model.account import Account
from sarv_sync.model.configuration import Configuration, RemovedEntry
from sarv_sync.model.evidence import NOTHING_KNOWN
from sarv_sync.model.plan import FieldChange
from sarv_sync.model.secret import Secret
from sarv_sync.model.state import NO_RECORD, Binding, Birthmark, Intent, Retired, State
from sarv_sync.model.users import (
    FIELDS,
    NO_POLICY,
    DesiredUser,
    Listing,
    ObservedUser,
    Placed,
    RowFault,
    Settings,
    Source,
)
from sarv_sync.planning.planner import make_plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sarv_sync.model.configuration import Removal
    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.plan import Action, Blocked, Cause, Change, Plan
    from sarv_sync.model.state import PasswordRecord
    from sarv_sync.model.users import Field, PasswordPolicy, Status, Value

ACCOUNT = Account("https://api.us1-mta1.example.net/v1.0", "10042")
FILE = "sarv-sync.yaml"

STEADY = settings(
    derandomize=True, database=None, deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow]
)
"""The same examples in every run."""

Row = tuple[int, int] | tuple[int, int, "Status"]


def user(
    name: str,
    total_limit: int = 100,
    hourly_limit: int = 10,
    status: Status = "Enable",
    *,
    pin: str | None = None,
    renamed_from: str | None = None,
    recreate: bool = False,
    ignore: Sequence[Field] = (),
    line: int = 1,
    labels: Mapping[str, str] | None = None,
    password: PasswordPolicy = NO_POLICY,
) -> DesiredUser:
    """An entry at `line`, its three values on the lines below."""
    total, hourly, state = (Source(FILE, line + 1 + index, 5) for index in range(3))
    return DesiredUser(
        name=name,
        settings=Settings(total_limit, hourly_limit, status),
        places=Placed(Source(FILE, line, 3), (total, hourly, state)),
        smtp_user_name=pin,
        renamed_from=renamed_from,
        recreate=recreate,
        ignore_changes=tuple(ignore),
        labels=tuple(sorted((labels or {}).items())),
        password=password,
    )


def placed_at(entry: DesiredUser, source: Source) -> DesiredUser:
    """The same entry, somewhere else."""
    return replace(entry, places=Placed(source, entry.field_sources))


def files(*users: DesiredUser, removed: Mapping[str, Removal] | None = None, **options: Any) -> Configuration:
    """The files with these entries; an entry of `removed:` stands on line 90."""
    gone = {name: RemovedEntry(name, policy, Source(FILE, 90, 3)) for name, policy in (removed or {}).items()}
    return Configuration(FILE, ".", users={one.name: one for one in users}, removed=gone, **options)


def bound(
    smtp_user_name: str,
    total_limit: int = 100,
    hourly_limit: int = 10,
    status: Status = "Enable",
    *,
    renamed_from: str | None = None,
    password: PasswordRecord = NO_RECORD,
) -> Binding:
    return Binding(smtp_user_name, Settings(total_limit, hourly_limit, status), renamed_from, password)


def state(bindings: Mapping[str, Binding] | None = None, **parts: Any) -> State:
    """A state that knows its account to echo limits."""
    options = {"echoes_limits": True, **parts}
    return State("3f0c", 7, ACCOUNT, bindings=dict(bindings or {}), **options)


def creating(name: str, total_limit: int = 4711, hourly_limit: int = 7, listing: str = "before") -> dict[str, Intent]:
    """One open create, by its id."""
    return {f"id-{name}": Intent(f"id-{name}", name, Birthmark(total_limit, hourly_limit), listing)}


def given_up(name: str, total_limit: int = 4711, hourly_limit: int = 7, listing: str = "before") -> Retired:
    return Retired(name, Birthmark(total_limit, hourly_limit), listing)


def seen(
    smtp_user_name: str, total_limit: int = 100, hourly_limit: int = 10, status: Status = "Enable"
) -> ObservedUser:
    return ObservedUser(smtp_user_name, Settings(total_limit, hourly_limit, status), Secret(f"pw-{smtp_user_name}"))


def account(
    *users: ObservedUser, unreadable: Iterable[str] = (), repeated: Iterable[str] = (), nameless: int = 0
) -> Listing:
    """The account's listing, with rows that are wrong in these ways."""
    faults = [RowFault(name, "status is missing") for name in unreadable]
    faults += [RowFault(None, f"row {index + 1} of the listing is not an object") for index in range(nameless)]
    return Listing({one.smtp_user_name: one for one in users}, tuple(faults), tuple(repeated))


def plan(
    configuration: Configuration | None = None,
    known: State | None = None,
    listing: Listing | None = None,
    targets: Sequence[str] = (),
    evidence: Evidence = NOTHING_KNOWN,
) -> Plan:
    sides = configuration or files(), known or state(), account() if listing is None else listing
    return make_plan(sides[0], ACCOUNT, sides[1], sides[2], targets, evidence)


def sets(total_limit: int = 100, hourly_limit: int = 10, status: Status = "Enable") -> tuple[FieldChange, ...]:
    """The fields of a create."""
    return tuple(
        FieldChange(field, None, value)
        for field, value in zip(FIELDS, (total_limit, hourly_limit, status), strict=True)
    )


def turns(field: Field, before: Value, after: Value) -> FieldChange:
    return FieldChange(field, before, after)


Short = tuple[str, "Action", str | None, "Cause", tuple[FieldChange, ...]]


def short(changes: Iterable[Change]) -> list[Short]:
    """The parts of changes that most rules are about."""
    return [(one.name, one.action, one.smtp_user_name, one.cause, one.fields) for one in changes]


def actions(made: Plan) -> dict[str, str]:
    return {change.name: change.action for change in made.changes}


def reasons(made: Plan) -> dict[str, str]:
    return {entry.name: entry.reason for entry in made.blocked}


def blocked(made: Plan, name: str) -> Blocked:
    [entry] = [entry for entry in made.blocked if entry.name == name]
    return entry


def change(made: Plan, name: str) -> Change:
    [found] = [found for found in made.changes if found.name == name]
    return found
