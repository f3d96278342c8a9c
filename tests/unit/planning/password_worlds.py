"""Small worlds for Hypothesis with passwords in them: entries that are rotated, targets, records of any kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from sarv_sync.model.configuration import GuardLimit, Guards
from sarv_sync.model.evidence import Evidence, written
from sarv_sync.model.secret import Secret
from sarv_sync.model.state import NO_RECORD, Binding, Birthmark, Delivery, Intent, PasswordRecord, Rotating
from sarv_sync.model.users import ObservedUser, PasswordPolicy, Settings, second_name
from sarv_sync.planning.planner import make_plan
from tests.unit.planning.builders import ACCOUNT, account, files, state, user
from tests.unit.planning.passwords import DAY, HOUR, KEY, NOW, OTHER_KEY, Places

if TYPE_CHECKING:
    from datetime import datetime

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.sink import Sight
    from sarv_sync.model.state import State
    from sarv_sync.model.users import DesiredUser, Listing, Status

NAMES = ("a", "b", "c")
_MANY = GuardLimit(1000)
BOUNDLESS = Guards(_MANY, _MANY, _MANY, _MANY)
TEMPLATES = ("vault {name}", "dotenv {name}.env", "aws {smtp_user_name}")


@dataclass(frozen=True)
class PasswordWorld:
    """The three sides, the targets and what they show, and what time it is."""

    configuration: Configuration
    state: State
    listing: Listing
    places: Places
    sights: dict[str, Sight]
    now: datetime = NOW
    targets: tuple[str, ...] = ()

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.now, KEY, self.places, self.sights)

    def plan(self) -> Plan:
        return make_plan(self.configuration, ACCOUNT, self.state, self.listing, self.targets, self.evidence)


_rarely = st.integers(0, 7).map(lambda number: number == 7)
_statuses: st.SearchStrategy[Status] = st.sampled_from(("Enable", "Enable", "Disable"))
_sights: st.SearchStrategy[Sight] = st.sampled_from(("there", "gone", "other"))
_ages = st.sampled_from((0.0, 0.5 * HOUR, 2 * HOUR, 2 * DAY, 9 * DAY))
_policies = st.builds(
    PasswordPolicy,
    version=st.sampled_from((1, 1, 2)),
    every=st.none() | st.just(5 * DAY),
    rotation=st.sampled_from(("in-place", "alternate", "alternate")),
    grace=st.sampled_from((HOUR, DAY)),
)


def password_of(smtp_user_name: str) -> str:
    return f"c4nary-{smtp_user_name}-p4ss"


@st.composite
def password_worlds(draw: st.DrawFn) -> PasswordWorld:
    entries = [draw(_entries(name)) for name in draw(st.lists(st.sampled_from(NAMES), unique=True))]
    entries = _renamed(draw, entries)
    templates = tuple(draw(st.lists(st.sampled_from(TEMPLATES), unique=True)))
    places = Places(templates, team=draw(st.sampled_from((None, None, "finance"))))
    known = draw(_states(templates))
    listing = account(*draw(_users(known)))
    targets = [*known.bindings, *known.removed, *(entry.name for entry in entries)]
    addresses = [template.format(name=name, smtp_user_name="s1") for template in templates for name in NAMES]
    sights = draw(st.dictionaries(st.sampled_from(addresses), _sights)) if addresses else {}
    chosen = (
        draw(st.lists(st.sampled_from([name.removesuffix("+2") for name in targets]), max_size=1)) if targets else []
    )
    limited = tuple(chosen) if draw(_rarely) else ()
    return PasswordWorld(files(*entries, guards=BOUNDLESS), known, listing, places, sights, targets=limited)


@st.composite
def _entries(draw: st.DrawFn, name: str) -> DesiredUser:
    entry = user(
        name,
        status=draw(_statuses),
        recreate=draw(_rarely),
        labels={"team": "finance"} if draw(st.booleans()) else {},
        password=draw(_policies),
    )
    pins = {"a": ("s1", "s2"), "b": ("s3", "s4"), "c": ("s5", "s6")}[name]
    if draw(_rarely):  # a pin says which user it is, `recreate` that it may be another
        entry = replace(entry, smtp_user_name=pins[0], recreate=False)
    if entry.password.rotation == "alternate" and draw(_rarely):
        entry = replace(entry, password=replace(entry.password, alternate_pin=pins[1]), recreate=False)
    return entry


def _renamed(draw: st.DrawFn, entries: list[DesiredUser]) -> list[DesiredUser]:
    """Let one entry, at times, have had a name that none has now."""
    free = sorted(set(NAMES) - {entry.name for entry in entries})
    if not entries or not free or not draw(_rarely):
        return entries
    return [replace(entries[0], renamed_from=free[0]), *entries[1:]]


@st.composite
def _states(draw: st.DrawFn, templates: tuple[str, ...]) -> State:
    bindings: dict[str, Binding] = {}
    removed: dict[str, Binding] = {}
    intents: dict[str, Intent] = {}
    for number, name in enumerate(NAMES):
        for second in (False, True):
            own = second_name(name) if second else name
            smtp_user_name = f"s{2 * number + 1 + second}"
            kind = draw(
                st.sampled_from(("bound", "bound", "absent") if not second else ("bound", "absent", "absent"))
            )
            if kind == "absent" and draw(_rarely):
                mark = Birthmark(4711, 2 * number + second + 1)
                intents[f"id-{own}"] = Intent(f"id-{own}", own, mark, "before")
            if kind == "bound":
                settings = Settings(draw(st.sampled_from((100, 100, 200))), 10, draw(_statuses))
                record = draw(_records(name, smtp_user_name, templates, turn=2 * draw(st.integers(0, 1)) + second))
                bindings[own] = Binding(smtp_user_name, settings, password=record)
    if draw(_rarely):
        gone = draw(st.sampled_from(NAMES))
        for own in (gone, second_name(gone)):
            if own in bindings:
                binding = bindings.pop(own)
                removed[own] = replace(binding, applied=replace(binding.applied, status="Disable"))
    listings = {"before": ()}
    return state(bindings, removed=removed, intents=intents, listings=listings)


@st.composite
def _records(
    draw: st.DrawFn, name: str, smtp_user_name: str, templates: tuple[str, ...], turn: int
) -> PasswordRecord:
    if turn % 2 == 0 and draw(_rarely):
        return NO_RECORD
    verifier = st.sampled_from((
        KEY.of(smtp_user_name, Secret(password_of(smtp_user_name))),
        KEY.of(smtp_user_name, Secret("older")),
        OTHER_KEY.of(smtp_user_name, Secret("older")),
        None,
    ))  # fmt: skip
    mostly = verifier.filter(lambda made: made is not None)
    addresses = sorted(template.format(name=name, smtp_user_name=smtp_user_name) for template in templates)
    rotating = Rotating(_ago(HOUR), draw(mostly) or "", 2, turn + 1)
    return PasswordRecord(
        since=_ago(draw(_ages)),
        version=draw(st.sampled_from((None, 1, 2))),
        deliveries=tuple(
            Delivery(address, draw(st.sampled_from(("form", "form", "another"))), draw(verifier))
            for address in addresses
            if not draw(_rarely)
        ),
        rotating=rotating if draw(_rarely) else None,
        former=draw(st.none() | mostly),
        turn=turn,
        left=draw(st.none() | _ages.map(_ago)),
        last=draw(st.none() | mostly),
    )


def _ago(seconds: float) -> str:
    return written(NOW - timedelta(seconds=seconds))


@st.composite
def _users(draw: st.DrawFn, known: State) -> list[ObservedUser]:
    """Mostly what the state says, at times something else."""
    rows = []
    owned = {binding.smtp_user_name: binding for part in (known.bindings, known.removed) for binding in part.values()}
    for number in range(1, 7):
        name = f"s{number}"
        if draw(_rarely):
            continue
        settings = owned[name].applied if name in owned else Settings(100, 10, draw(_statuses))
        if draw(_rarely):
            settings = Settings(draw(st.sampled_from((100, 300))), 10, draw(_statuses))
        rows.append(ObservedUser(name, settings, Secret(password_of(name))))
    for intent in known.intents.values():
        if draw(st.booleans()):
            mark = intent.birthmark
            settings = Settings(mark.total_limit, mark.hourly_limit, "Enable")
            rows.append(ObservedUser(f"made-{intent.name}", settings, Secret(password_of(intent.name))))
    return rows
