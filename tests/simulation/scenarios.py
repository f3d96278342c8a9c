"""What the simulated runs are asked to do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from sarv_sync.model.configuration import AccountSettings, Configuration, RemovedEntry
from sarv_sync.model.plan import BlockedReason
from sarv_sync.model.state import Binding, Birthmark, Intent, Retired, State
from sarv_sync.model.users import DesiredUser, Placed, Settings, Source
from tests.simulation.rules import Rule
from tests.simulation.world import ACCOUNT

SETTLE = 0.5
RETRY_FOR = 1.0
"""Short, so that few calls show all there is: a call is tried twice, and three listings are waited for."""

_HERE = Source("sarv-sync.yaml", 1, 1)


@dataclass(frozen=True, eq=False)
class Scenario:
    """Files, account and state to begin with.

    `later` are the files from the second run on, where somebody edits them in between. `managed` are the users of
    the account that the files may touch although the program did not make them; `ours` are users that it made
    before, and `hidden` those that the first so many listings leave out. `questions` are the reasons for which a
    person may have to decide something; `known` are rules that `test_known` says are broken here.
    """

    name: str
    files: Configuration
    later: Configuration
    users: dict[str, Settings] = field(default_factory=dict)
    state: State | None = None
    managed: frozenset[str] = frozenset()
    ours: frozenset[str] = frozenset()
    cap: Settings | None = None
    hidden: dict[str, int] = field(default_factory=dict)
    questions: frozenset[BlockedReason] = frozenset()
    known: frozenset[Rule] = frozenset()


def values(total: int, hourly: int, *, on: bool = True) -> Settings:
    """Return the three values of a user."""
    return Settings(total, hourly, "Enable" if on else "Disable")


def user(name: str, settings: Settings) -> DesiredUser:
    """Return an entry of the files."""
    return DesiredUser(name, settings, Placed(_HERE, (_HERE, _HERE, _HERE)))


def files(*users: DesiredUser, **more: Any) -> Configuration:
    """Return files with these entries."""
    account = AccountSettings(settle=SETTLE, retry_for=RETRY_FOR)
    return Configuration(
        "sarv-sync.yaml",
        ".",
        account=account,
        users={user.name: user for user in users},
        **more,
    )


def bound(**users: tuple[str, Settings]) -> State:
    """Return a state in which each name is bound to a user, the values as they were last applied."""
    return State("lineage", 3, ACCOUNT, bindings=_bindings(users), echoes_limits=True)


def _bindings(users: dict[str, tuple[str, Settings]]) -> dict[str, Binding]:
    return {name: Binding(smtp_user_name, applied) for name, (smtp_user_name, applied) in users.items()}


BILLING = user("billing", values(5000, 200))
ORDERS = user("orders", values(9000, 900))
THIRD = user("third", values(50, 5, on=False))
SMALL_ONE = user("small", values(50, 5))
STRANGER = {"smtp900": values(5000, 200)}
"""A user of somebody else's, who wants the very same limits."""

OLD = values(100, 10)
OFF = values(100, 10, on=False)


def _scenario(name: str, wanted: Configuration, later: Configuration | None = None, **more: object) -> Scenario:
    return Scenario(name, wanted, later or wanted, **more)  # type: ignore[arg-type]


_CREATES = (
    _scenario("create one", files(BILLING), users=STRANGER),
    _scenario(
        "create one, limits known to be echoed",
        files(BILLING),
        users=STRANGER,
        state=bound(),
    ),
    _scenario("create two", files(BILLING, ORDERS), users=STRANGER),
    _scenario(
        "create two, limits known to be echoed",
        files(BILLING, ORDERS),
        users=STRANGER,
        state=bound(),
    ),
    _scenario("create a disabled one", files(THIRD)),
    _scenario(
        "create, then rename",
        files(BILLING),
        files(replace(ORDERS, renamed_from="billing")),
    ),
    _scenario(
        "create, then rename alone",
        files(BILLING),
        files(replace(BILLING, name="orders", renamed_from="billing")),
    ),
    _scenario("create, then remove", files(BILLING), files(), users=STRANGER),
    _scenario(
        "create, then other values",
        files(BILLING),
        files(replace(BILLING, settings=values(70, 7))),
    ),
)
_PINNED = _scenario(
    "create, then pin another",
    files(BILLING),
    files(replace(BILLING, smtp_user_name="smtp001")),
    users={"smtp001": OLD, **STRANGER},
    managed=frozenset({"smtp001"}),
    questions=frozenset({"pin", "ambiguous"}),
)
_EDITS = (
    _scenario(
        "update",
        files(BILLING),
        users={"smtp001": OLD, **STRANGER},
        state=bound(billing=("smtp001", OLD)),
        managed=frozenset({"smtp001"}),
    ),
    _scenario(
        "disable",
        files(),
        users={"smtp001": OLD, **STRANGER},
        state=bound(billing=("smtp001", OLD)),
        managed=frozenset({"smtp001"}),
    ),
    _scenario(
        "forget",
        files(removed={"billing": RemovedEntry("billing", "forget", _HERE)}),
        users={"smtp001": OLD, **STRANGER},
        state=bound(billing=("smtp001", OLD)),
        managed=frozenset({"smtp001"}),
    ),
    _scenario(
        "adopt and edit",
        files(replace(BILLING, smtp_user_name="smtp001")),
        users={"smtp001": OLD, **STRANGER},
        managed=frozenset({"smtp001"}),
    ),
    _scenario(
        "rename and edit",
        files(replace(ORDERS, renamed_from="billing")),
        users={"smtp001": OLD, **STRANGER},
        state=bound(billing=("smtp001", OLD)),
        managed=frozenset({"smtp001"}),
    ),
    _scenario(
        "two names change places",
        files(
            replace(BILLING, renamed_from="orders"),
            replace(ORDERS, renamed_from="billing"),
        ),
        users={"smtp001": OLD, "smtp002": values(70, 7)},
        state=bound(billing=("smtp001", OLD), orders=("smtp002", values(70, 7))),
        managed=frozenset({"smtp001", "smtp002"}),
    ),
    _scenario(
        "returning name",
        files(BILLING),
        users={"smtp001": OFF, **STRANGER},
        state=replace(bound(), removed=_bindings({"billing": ("smtp001", OFF)})),
        managed=frozenset({"smtp001"}),
    ),
)
_BOTH = (
    _scenario(
        "recreate",
        files(replace(BILLING, recreate=True)),
        users=STRANGER,
        state=bound(billing=("smtp001", OLD)),
        managed=frozenset({"smtp001"}),
    ),
    _scenario(
        "create, update and disable",
        files(BILLING, ORDERS),
        users={"smtp001": OLD, "smtp002": OLD, **STRANGER},
        state=bound(orders=("smtp001", OLD), gone=("smtp002", OLD)),
        managed=frozenset({"smtp001", "smtp002"}),
    ),
)
_BORN = values(1234, 7)
_MARK = Birthmark(1234, 7)
_SPARE = replace(bound(), retired=(Retired("gone", _MARK, "l"),), listings={"l": ("smtp900",)})
_SPARES = (
    _scenario(
        "a spare for the next create",
        files(BILLING),
        users={"smtp001": _BORN, **STRANGER},
        state=_SPARE,
        ours=frozenset({"smtp001"}),
    ),
    _scenario(
        "an idle spare, where nothing may be removed",
        files(BILLING, on_removal="forbid"),
        users={"smtp001": _BORN, "smtp002": OLD, **STRANGER},
        state=replace(_SPARE, bindings=_bindings({"billing": ("smtp002", OLD)})),
        managed=frozenset({"smtp002"}),
        ours=frozenset({"smtp001"}),
    ),
    _scenario(
        "a twin, and a person's word",
        files(replace(BILLING, smtp_user_name="smtp001")),
        users={"smtp001": _BORN, "smtp002": _BORN},
        state=replace(
            bound(),
            intents={"i": Intent("i", "billing", _MARK, "l")},
            listings={"l": ()},
        ),
        managed=frozenset({"smtp001"}),
        ours=frozenset({"smtp001"}),
        questions=frozenset({"pin"}),
    ),
)
_CAPPED = _scenario(
    # What is wanted is below the cap; a birthmark, which may have a larger total, is not.
    "create where limits are capped",
    files(SMALL_ONE),
    users=STRANGER,
    cap=values(100, 100),
    questions=frozenset({"ambiguous"}),
)
_LAGGING = _scenario(
    "recreate, but only the listing lags",
    files(replace(BILLING, recreate=True)),
    users={"smtp001": OLD, **STRANGER},
    state=bound(billing=("smtp001", OLD)),
    managed=frozenset({"smtp001"}),
    hidden={"smtp001": 3},
)

_HALF_MADE = _scenario(
    "recreate one that was never finished",
    files(replace(BILLING, recreate=True)),
    users={"smtp001": _BORN, **STRANGER},
    state=replace(
        bound(billing=("smtp001", _BORN)),
        intents={"i": Intent("i", "billing", _MARK, "l")},
        listings={"l": ("smtp900",)},
    ),
    ours=frozenset({"smtp001"}),
    hidden={"smtp001": 40},
    known=frozenset({"nothing is kept that is done with"}),
)

_ALL = (*_CREATES, _PINNED, *_EDITS, *_BOTH, *_SPARES, _CAPPED, _LAGGING, _HALF_MADE)
SCENARIOS: dict[str, Scenario] = {scenario.name: scenario for scenario in _ALL}
