"""Small worlds for Hypothesis: files, state and account that have everything in them that planning may meet.

The files are such as the configuration lets through; the state is such as an apply can leave it; the account is
anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from hypothesis import strategies as st

from sarv_sync.model.configuration import Configuration, GuardLimit, Guards
from sarv_sync.model.plan import Plan
from sarv_sync.model.state import Binding, Birthmark, Intent, Retired, State
from sarv_sync.model.users import FIELDS, DesiredUser, Listing, ObservedUser, Settings
from sarv_sync.planning.digest import digest_of
from sarv_sync.planning.planner import make_plan
from tests.unit.planning.builders import ACCOUNT, account, files, seen, state, user

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sarv_sync.model.configuration import Removal

Item = TypeVar("Item")

NAMES = ("a", "b", "c", "d", "e")
USERS = ("s1", "s2", "s3", "s4", "s5", "s6", "s7")
MARKS = (Birthmark(4711, 7), Birthmark(4711, 8), Birthmark(8191, 7), Birthmark(9001, 3))
BOUNDLESS = Guards(GuardLimit(1000), GuardLimit(1000), GuardLimit(1000))


@dataclass(frozen=True, slots=True)
class World:
    """The three sides, and the names a plan of them is limited to. `over`: an apply has forgotten all of those."""

    configuration: Configuration
    state: State
    listing: Listing
    targets: tuple[str, ...] = ()
    over: bool = False

    def plan(self) -> Plan:
        if self.over:
            return Plan(ACCOUNT, digest_of(ACCOUNT, ()))
        return make_plan(self.configuration, ACCOUNT, self.state, self.listing, self.targets)

    def after(self, known: State, listing: Listing) -> World:
        """The world after an apply: the files are the same, the rest is not. Who is forgotten is no target."""
        names = _known_names(self.configuration, known)
        targets = tuple(name for name in self.targets if name in names)
        return World(self.configuration, known, listing, targets, over=bool(self.targets) and not targets)


_values = st.builds(
    Settings,
    st.sampled_from((100, 200, 4711)),
    st.sampled_from((7, 10)),
    st.sampled_from(("Enable", "Enable", "Disable")),
)
_former = st.none() | st.sampled_from(NAMES)
_rarely = st.integers(0, 9).map(lambda number: number == 0)


_policies: st.SearchStrategy[Removal] = st.sampled_from(("disable", "disable", "forget", "forbid"))


@st.composite
def worlds(draw: st.DrawFn, targets: bool = False) -> World:
    users = draw(_desired())
    gone = draw(st.dictionaries(st.sampled_from(NAMES), _policies, max_size=2))
    configuration = files(
        *users,
        removed={name: policy for name, policy in gone.items() if name not in {one.name for one in users}},
        on_removal=draw(_policies),
        guards=BOUNDLESS,
    )
    known = draw(_states())
    world = World(configuration, known, draw(_listings()))
    names = _known_names(configuration, known)
    if targets and names:
        chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3))
        return replace(world, targets=tuple(chosen))
    return world


def _known_names(configuration: Configuration, known: State) -> list[str]:
    removed = {*configuration.removed, *known.removed}
    return sorted({*configuration.users, *removed, *known.bindings, *known.creates_under_way()})


@st.composite
def _desired(draw: st.DrawFn) -> list[DesiredUser]:
    pins = draw(st.permutations((*USERS[:4], "s9", *[None] * 8)))
    former = draw(st.permutations((*NAMES, *[None] * 5)))
    entries = [
        replace(
            user(name, pin=pins[index], recreate=draw(_rarely), ignore=draw(_ignored)),
            renamed_from=former[index] if former[index] != name else None,
            settings=draw(_values),
        )
        for index, name in enumerate(draw(st.lists(st.sampled_from(NAMES), unique=True)))
    ]
    return _as_the_configuration_allows(entries)


_ignored = st.lists(st.sampled_from(FIELDS), max_size=1)


def _as_the_configuration_allows(entries: list[DesiredUser]) -> list[DesiredUser]:
    """Drop every `renamed_from` that names an entry which stays."""
    while True:
        former = {one.name: one.renamed_from for one in entries}
        wrong = {name for name, old in former.items() if old in former and former[old] is None}
        if not wrong:
            return entries
        entries = [replace(one, renamed_from=None) if one.name in wrong else one for one in entries]


@st.composite
def _states(draw: st.DrawFn) -> State:
    """Each name has one user at most, and each user one name; no two creates have the same birthmark."""
    owners = draw(st.permutations((*NAMES, None, None, None)))
    bindings: dict[str, Binding] = {}
    removed: dict[str, Binding] = {}
    for smtp_user_name, name in zip(USERS, owners, strict=False):
        if name is None or draw(_rarely):
            continue
        binding = Binding(smtp_user_name, draw(_values), draw(_former))
        if draw(st.integers(0, 3)) == 0:
            removed[name] = replace(binding, applied=replace(binding.applied, status="Disable"))
        else:
            bindings[name] = binding
    marks = draw(st.permutations(MARKS))
    creating = draw(
        st.lists(st.sampled_from(NAMES).filter(lambda name: name not in removed), unique=True, max_size=2)
    )
    intents = {
        f"id-{name}": Intent(f"id-{name}", name, mark, draw(_listing_ids))
        for name, mark in zip(creating, marks[:2], strict=False)
    }
    retired = tuple(
        Retired(draw(st.sampled_from(NAMES)), mark, draw(_listing_ids)) for mark in marks[2:] if draw(_rarely)
    )
    listings = {key: tuple(draw(st.lists(st.sampled_from(USERS), unique=True, max_size=4))) for key in ("l1", "l2")}
    parts = {"removed": removed, "intents": intents, "retired": retired, "listings": listings}
    return state(bindings, echoes_limits=draw(st.sampled_from((True, True, None, False))), **parts)


_listing_ids = st.sampled_from(("l1", "l2"))


@st.composite
def _listings(draw: st.DrawFn) -> Listing:
    rows: list[ObservedUser] = []
    unreadable: list[str] = []
    for name in USERS:
        kind = draw(st.sampled_from(("row", "row", "row", "row", "mark", "absent", "unreadable")))
        if kind == "row":
            rows.append(replace(seen(name), settings=draw(_values)))
        elif kind == "mark":
            mark = draw(st.sampled_from(MARKS))
            rows.append(seen(name, mark.total_limit, mark.hourly_limit))
        elif kind == "unreadable":
            unreadable.append(name)
    bad = draw(st.integers(0, 19))
    return account(*rows, unreadable=unreadable, nameless=bad == 0, repeated=["s8"] if bad == 1 else [])


@st.composite
def shuffled(draw: st.DrawFn, world: World) -> World:
    """The same world, everything in it that has no order in another one."""
    configuration, known, listing = world.configuration, world.state, world.listing
    return World(
        replace(
            configuration,
            users=dict(draw(_orders(configuration.users.items()))),
            removed=dict(draw(_orders(configuration.removed.items()))),
        ),
        replace(
            known,
            bindings=dict(draw(_orders(known.bindings.items()))),
            removed=dict(draw(_orders(known.removed.items()))),
            intents=dict(draw(_orders(known.intents.items()))),
            retired=tuple(draw(_orders(known.retired))),
            listings={key: tuple(draw(_orders(names))) for key, names in draw(_orders(known.listings.items()))},
        ),
        Listing(
            dict(draw(_orders(listing.users.items()))),
            tuple(draw(_orders(listing.faults))),
            tuple(draw(_orders(listing.repeated))),
        ),
        tuple(draw(_orders(world.targets))),
    )


def _orders(items: Iterable[Item]) -> st.SearchStrategy[list[Item]]:
    return st.permutations(tuple(items))
