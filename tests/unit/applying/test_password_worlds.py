"""Plan, apply, plan: for any entries that are rotated, any records of passwords, and whatever the targets hold."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Protocol

from hypothesis import given

from sarv_sync.applying.crew import Threads
from sarv_sync.applying.executor import execute
from sarv_sync.applying.looking import look_at_targets
from sarv_sync.applying.run import Surroundings
from sarv_sync.model.evidence import Evidence
from sarv_sync.model.plan_document import to_document
from sarv_sync.model.users import entry_name
from sarv_sync.planning.approval import check_approved, timed_by
from sarv_sync.planning.planner import make_plan
from sarv_sync.state.document import encode
from tests.unit.applying.memory_sink import MemorySink, outlets_of
from tests.unit.applying.stage import Journal, Provider, Watcher
from tests.unit.planning.builders import ACCOUNT, STEADY
from tests.unit.planning.password_worlds import PasswordWorld, password_of, password_worlds
from tests.unit.planning.passwords import KEY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sarv_sync.applying.executor import Execution
    from sarv_sync.model.plan import Plan


@dataclass
class Theatre:
    """A world with a real apply in it."""

    world: PasswordWorld
    provider: Provider
    journal: Journal
    sinks: list[MemorySink]
    now: datetime

    @classmethod
    def of(cls, world: PasswordWorld) -> Theatre:
        users = world.listing.users
        provider = Provider(
            {name: user.settings for name, user in users.items()},
            passwords={name: user.password for name, user in users.items()},
        )
        sinks = [MemorySink(template) for template in world.places.templates]
        for address, sight in world.sights.items():
            user = "s1"  # right for the entry `a`, another's for the others
            for sink in sinks:
                if sight != "gone" and address.partition(" ")[0] == sink.template.partition(" ")[0]:
                    sink.holds[address] = (user, password_of(user) if sight == "there" else "another")
        return cls(world, provider, Journal(world.state), sinks, world.now)

    def look(self, evidence: Evidence | None = None) -> tuple[Plan, Evidence]:
        listing = self.provider.list_users()
        outlets = outlets_of(*self.sinks, only=self._only)
        known = evidence or Evidence(self.now, KEY, outlets)
        sights, warnings = look_at_targets(self.world.configuration, self.journal.state, listing, known, outlets)
        known = replace(known, sights=sights, warnings=warnings)
        state = self.journal.state
        made = make_plan(self.world.configuration, ACCOUNT, state, listing, self.world.targets, known)
        return made, known

    @property
    def _only(self) -> tuple[tuple[str, str], ...]:
        return (("team", self.world.places.team),) if self.world.places.team else ()

    def plan(self) -> Plan:
        return self.look()[0]

    def run(self) -> Execution:
        made, known = self.look()
        outlets = outlets_of(*self.sinks, only=self._only)
        watcher = Watcher()
        with closing(Threads(1, watcher)) as crew:
            around = Surroundings(self.provider, watcher, Random(1), watcher, watcher, crew, 1, outlets)
            listing = self.provider.list_users()
            return execute(made, self.world.configuration, listing, self.journal, around, known)


class Named(Protocol):
    @property
    def name(self) -> str: ...


def entries(named: Iterable[Named]) -> set[str]:
    return {entry_name(one.name) for one in named}


@STEADY
@given(password_worlds())
def test_an_apply_leaves_nothing_to_do_but_what_was_held_back(world: PasswordWorld) -> None:
    theatre = Theatre.of(world)
    first = theatre.plan()
    if first.refusals:
        return
    # A user whose name is new keeps its password until the name is its own.
    renamed = {entry_name(one.name) for one in first.changes if one.renamed_from is not None}
    returning = {entry_name(name) for name in world.state.removed}
    outcome = theatre.run().outcome
    assert (outcome.failed, outcome.unknown, outcome.undelivered, outcome.not_attempted) == ((), (), (), ())
    assert outcome.verified
    second = theatre.plan()
    held_back = entries(first.blocked) | renamed | returning
    leaving = {one.name for one in second.changes if one.why == "left"}
    assert entries(one for one in second.changes if one.name not in leaving) <= held_back
    assert entries(second.blocked) <= held_back
    assert entries(second.drift) <= held_back
    for _ in range(3):
        theatre.run()
    assert theatre.plan().changes == ()


@STEADY
@given(password_worlds())
def test_no_password_is_in_a_plan_an_outcome_or_the_state(world: PasswordWorld) -> None:
    theatre = Theatre.of(world)
    made = theatre.plan()
    shown = [json.dumps(to_document(made, "0")), repr(made)]
    if not made.refusals:
        shown.append(repr(theatre.run()))
        shown += [encode(state).decode() for state in theatre.journal.writes]
    passwords = {user.password.reveal() for user in theatre.provider.list_users().users.values()}
    passwords |= {user.password.reveal() for user in world.listing.users.values()}
    assert not [password for password in passwords if any(password in text for text in shown)]


@STEADY
@given(password_worlds())
def test_a_plan_covers_itself_and_what_is_left_of_it(world: PasswordWorld) -> None:
    theatre = Theatre.of(world)
    made = theatre.plan()
    check_approved(made, made)
    if made.refusals or made.blocked:
        return
    theatre.run()
    listing = theatre.provider.list_users()
    outlets = outlets_of(*theatre.sinks, only=theatre._only)
    known = Evidence(theatre.now, KEY, outlets, timed=timed_by(made))
    returning = bool(world.state.removed) or any(one.renamed_from for one in made.changes)
    if not returning:
        state = theatre.journal.state
        check_approved(make_plan(world.configuration, ACCOUNT, state, listing, world.targets, known), made)
