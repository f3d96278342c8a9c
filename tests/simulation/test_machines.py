"""Files that change, applies on which things go wrong, people and time, in any order: a state machine.

A failure prints the steps, which can be run again as they stand.
"""

from __future__ import annotations

import os
from dataclasses import replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sarv_sync.model.users import DesiredUser
from tests.simulation.account import LAST, SOON, Account, Truth
from tests.simulation.invariants import breaches_at, breaches_at_the_end, plan_of
from tests.simulation.program import Task, run_program
from tests.simulation.scenarios import files, user, values
from tests.simulation.schedule import DEEDS, Deed
from tests.simulation.world import World

DEEP = os.environ.get("SARV_SYNC_SEARCH") == "deep"
NAMES = ("ann", "bob", "cid")
LIMITS = (values(5000, 200), values(70, 7), values(9000, 900, on=False))
NOBODYS: frozenset[str] = frozenset()
DONE_WITH = 5

names = st.sampled_from(NAMES)
limits = st.sampled_from(LIMITS)
deeds = st.sampled_from([deed for deed in DEEDS if deed not in {"done twice", "empty"}])
mishaps = st.dictionaries(st.integers(0, 25), st.lists(deeds, min_size=1, max_size=2), max_size=3)


class Years(RuleBasedStateMachine):
    """An account and its files over the years."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(None, Truth((), ()))
        self.users: dict[str, DesiredUser] = {}
        self.runs = 0
        self.people = False

    @rule(name=names, wanted=limits)
    def write_an_entry(self, name: str, wanted: object) -> None:
        self.users[name] = user(name, wanted)  # type: ignore[arg-type]

    @rule(name=names)
    def take_an_entry_out(self, name: str) -> None:
        self.users.pop(name, None)

    @rule(old=names, new=names)
    def rename_an_entry(self, old: str, new: str) -> None:
        claimed = {entry.renamed_from for entry in self.users.values()}  # twice is an error in the files
        if old in self.users and new not in self.users and old not in claimed:
            self.users[new] = replace(self.users.pop(old), name=new, renamed_from=old)

    @rule(wrong=mishaps)
    def apply(self, wrong: dict[int, list[Deed]]) -> None:
        self.people = self.people or any(deed.startswith("person") for at in wrong.values() for deed in at)
        self._run(wrong)

    @rule(wanted=limits)
    def a_person_creates_a_user(self, wanted: object) -> None:
        account = Account(self.world.truth)
        account.add(wanted, "person")  # type: ignore[arg-type]
        self.world = self.world._replace(truth=account.truth)
        self.people = True

    @precondition(lambda self: self.world.truth.users)
    @rule(total=st.integers(1, 9999))
    def a_person_changes_a_user(self, total: int) -> None:
        account = Account(self.world.truth)
        account.meddle(self.world.truth.users[-1][0], total_limit=total)
        self.world = self.world._replace(truth=account.truth)
        self.people = True

    @rule(listings=st.integers(1, 50))
    def time_goes_by(self, listings: int) -> None:
        self.world = self.world._replace(truth=self.world.truth.settled(listings))

    @invariant()
    def nothing_is_broken(self) -> None:
        truth = self.world.truth
        assert not breaches_at(self.world.document, truth.users, truth.cap, NOBODYS)

    def teardown(self) -> None:
        for listings in (SOON, LAST):
            self.world = self.world._replace(truth=self.world.truth.settled(listings))
            for _ in range(DONE_WITH):
                self._run({})
                if not plan_of(self._task().configuration, self.world).changes:
                    break
        self.nothing_is_broken()
        asked = frozenset({"ambiguous", "conflict"}) if self.people else frozenset({"conflict"})
        assert not breaches_at_the_end(self.world, self._task().configuration, asked)  # type: ignore[arg-type]

    def _run(self, wrong: dict[int, list[Deed]]) -> None:
        ran = run_program(self._task(), self.world, self.runs, wrong)
        self.runs += 1
        self.world = ran.world
        assert not ran.breaches, f"{ran.trace} {ran.end} {ran.breaches}"

    def _task(self) -> Task:
        return Task(files(*self.users.values()), NOBODYS, LIMITS[0])


TestYears = Years.TestCase
TestYears.settings = settings(
    max_examples=50_000 if DEEP else 2_000,
    stateful_step_count=12,
    deadline=None,
    derandomize=not DEEP,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
