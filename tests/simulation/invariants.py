"""The rules that hold at every moment, and those that hold once a history is over."""

from __future__ import annotations

from collections import Counter
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from sarv_sync import workflow
from sarv_sync.planning.ownership import Absent, Ambiguous, Found, divide
from sarv_sync.planning.planner import make_plan
from tests.simulation.account import PASSWORD, Account, Truth, listing_of
from tests.simulation.judge import Judge
from tests.simulation.machine import Machine
from tests.simulation.memory_store import Disk, MemoryStore
from tests.simulation.provider import Provider
from tests.simulation.rules import Breach
from tests.simulation.world import ACCOUNT, World, readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import BlockedReason, Plan
    from sarv_sync.model.users import Settings
    from sarv_sync.planning.ownership import Ownership, Resolution
    from tests.simulation.account import User, Users
    from tests.simulation.rules import Rule
    from tests.simulation.schedule import Deed

    AtAnyMoment = Callable[[World, frozenset[str]], Iterator[str]]
    AtTheEnd = Callable[[World, Plan, Configuration], Iterator[str]]


def only_ours_are_owned(world: World, managed: frozenset[str]) -> Iterator[str]:
    makers = {name: user.maker for name, user in world.truth.users}
    for smtp_user_name, name in world.state().owned().items():
        if makers.get(smtp_user_name) != "us" and smtp_user_name not in managed:
            yield f"{name} owns {smtp_user_name}, which somebody else made"
    for smtp_user_name in _divided(world).spares:
        if makers[smtp_user_name] != "us":
            yield f"{smtp_user_name}, which somebody else made, counts as a spare"


def no_user_has_two_names(world: World, managed: frozenset[str]) -> Iterator[str]:
    state = world.state()
    owned = [binding.smtp_user_name for part in (state.bindings, state.removed) for binding in part.values()]
    if len(owned) != len(set(owned)):
        yield f"two names own one user: {owned}"


def every_user_we_caused_is_accounted_for(world: World, managed: frozenset[str]) -> Iterator[str]:
    """Each is bound, retired, pending, a spare, or named to a person.

    A plan names every user that nobody owns. That is enough where limits are not echoed; for one that a person
    changed before it was found, since nothing is left of its birthmark; and for a spare that a person has copied.
    """
    state, divided = world.state(), _divided(world)
    known = {*state.owned(), *divided.spares}
    known |= {name for resolution in divided.creates.values() for name in _candidates(resolution)}
    unknown = state.echoes_limits is False or (world.truth.cap is not None and state.echoes_limits is None)
    limits = Counter(_limits(user) for name, user in world.truth.users if name in divided.strangers)
    for name, user in world.truth.users:
        hidden = user.meddled or unknown or limits[_limits(user)] > 1
        if user.maker == "us" and name not in known and not (hidden and name in divided.strangers):
            yield f"{name} is an orphan"


def every_name_leads_to_a_password(world: World, managed: frozenset[str]) -> Iterator[str]:
    """A user that is `managed` may be gone from the account: that is what a scenario begins with."""
    listed = listing_of(world.truth.users).users
    for smtp_user_name, name in world.state().owned().items():
        if smtp_user_name not in managed and not (smtp_user_name in listed and listed[smtp_user_name].password):
            yield f"{name} leads to {smtp_user_name}, of which the account lists no password"


def the_document_tells_no_secret(world: World, managed: frozenset[str]) -> Iterator[str]:
    if world.document is not None and PASSWORD.encode() in world.document:
        yield "the state holds a password"


AT_ANY_MOMENT: tuple[tuple[Rule, AtAnyMoment], ...] = (
    ("no user is touched that is not proven ours", only_ours_are_owned),
    ("name to user is one to one", no_user_has_two_names),
    ("every user we caused is accounted for", every_user_we_caused_is_accounted_for),
    ("every password can be delivered", every_name_leads_to_a_password),
    ("no secret is anywhere", the_document_tells_no_secret),
)


@cache
def breaches_at(
    document: bytes | None, users: Users, cap: Settings | None, managed: frozenset[str]
) -> tuple[Breach, ...]:
    """Return every rule that is broken with this document and these users, at whatever moment that is."""
    world = World(document, Truth(users, users, cap))
    if document is not None and not readable(document):
        return (Breach("the document is the old one or the new one", "it cannot be read"),)
    return tuple(Breach(rule, words) for rule, check in AT_ANY_MOMENT for words in check(world, managed))


def no_name_was_made_twice(world: World, plan: Plan, configuration: Configuration) -> Iterator[str]:
    """What we caused beyond the names is a spare, disabled as one, asked about, or changed by a person."""
    state, divided = world.state(), _divided(world)
    spares, idle = divided.spares, [name for name in state.removed if "~" in name]
    lost = {name for name, user in world.truth.users if name in divided.strangers}
    made = [name for name, user in world.truth.users if user.maker == "us" and name not in lost]
    names = {*configuration.users, *state.removed} - set(idle)
    if len(made) > len(names) + len(spares) + len(idle) and not plan.blocked and state.echoes_limits:
        yield f"{len(made)} users were made for {len(names)} names and {len(spares)} spares"


def nothing_is_left_to_do(world: World, plan: Plan, configuration: Configuration) -> Iterator[str]:
    """The plan is empty, or what it holds back is what a person has to decide."""
    if plan.changes or plan.refusals:
        yield f"still to do: {plan.changes} {plan.refusals}"
    state = world.state()
    if plan.blocked:
        return
    for name in configuration.users.keys() - state.bindings.keys():
        yield f"{name} has no user"
    if state.intents or plan.drift:
        yield f"still open: {state.intents} {plan.drift}"
    for name, user in configuration.users.items():
        if name in state.bindings and state.bindings[name].applied != user.settings:
            yield f"{name} counts as {state.bindings[name].applied}"


def a_plan_writes_nothing(world: World, plan: Plan, configuration: Configuration) -> Iterator[str]:
    account, disk = Account(world.truth), Disk(world.document, world.note)
    machine = Machine({}, _Still(world))
    provider = Provider(account, machine, Judge(frozenset(), account, disk, "nobody", str))
    workflow.plan(workflow.Project(configuration, ACCOUNT, MemoryStore(disk, machine, "nobody"), provider))
    if account.truth.users != world.truth.users or disk != Disk(world.document, world.note):
        yield f"it made these calls: {machine.trace}"


def no_birthmark_of_an_owned_user_is_kept(world: World, plan: Plan, configuration: Configuration) -> Iterator[str]:
    state, users = world.state(), dict(world.truth.users)
    born = {users[name].born for name in state.owned() if name in users}
    for given_up in state.retired:
        mark = given_up.birthmark
        if (mark.total_limit, mark.hourly_limit) in born:
            yield f"{mark} has served, and still counts as given up"


AT_THE_END: tuple[tuple[Rule, AtTheEnd], ...] = (
    ("name to user is one to one", no_name_was_made_twice),
    ("running again converges", nothing_is_left_to_do),
    ("a plan writes nothing", a_plan_writes_nothing),
    ("nothing is kept that is done with", no_birthmark_of_an_owned_user_is_kept),
)


def breaches_at_the_end(
    world: World, configuration: Configuration, questions: frozenset[BlockedReason]
) -> list[Breach]:
    """Return every rule that is broken now that everything is over; `questions` are what a person may be asked."""
    plan = plan_of(configuration, world)
    broken = [Breach(rule, words) for rule, check in AT_THE_END for words in check(world, plan, configuration)]
    if any(user.maker == "person" or user.meddled for _, user in world.truth.users):
        questions |= {"ambiguous", "conflict"}
    odd = [blocked for blocked in plan.blocked if blocked.reason not in questions]
    return broken + [Breach("running again converges", str(blocked)) for blocked in odd]


def plan_of(configuration: Configuration, world: World) -> Plan:
    """Return what a plan would say of `world` as it really is."""
    return make_plan(configuration, ACCOUNT, world.state(), listing_of(world.truth.users))


@cache
def tells_a_secret(said: object) -> bool:
    """Say whether a password can be read in something that was said."""
    return PASSWORD in str(said)


class _Still:
    """A world in which nothing happens."""

    def __init__(self, world: World) -> None:
        self._world = world

    def happens(self, deed: Deed) -> None: ...

    def photo(self) -> World:
        return self._world


def _limits(user: User) -> tuple[int, int]:
    return user.settings.total_limit, user.settings.hourly_limit


def _divided(world: World) -> Ownership:
    return _divided_up(world.document, world.truth.users)


@lru_cache(maxsize=1024)
def _divided_up(document: bytes | None, users: Users) -> Ownership:
    return divide(World(document, Truth(users, users)).state(), listing_of(users))


def _candidates(resolution: Resolution) -> tuple[str, ...]:
    match resolution:
        case Found(smtp_user_name):
            return (smtp_user_name,)
        case Ambiguous(candidates):
            return candidates
        case Absent():
            return ()
