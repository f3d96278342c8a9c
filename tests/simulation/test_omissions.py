"""Every write of the protocol, and everything that is noted to be written, is needed: left out, a rule is broken."""

from __future__ import annotations

import pkgutil
from typing import TYPE_CHECKING

import pytest

import sarv_sync.applying
from sarv_sync.applying.draft import Draft
from tests.simulation.history import beginning, replay, task_of
from tests.simulation.invariants import plan_of
from tests.simulation.menus import anything, crashes
from tests.simulation.omissions import left_out, statements
from tests.simulation.program import run_program
from tests.simulation.quick import quickly
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.schedule import Schedule
from tests.simulation.search import Search

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.simulation.omissions import Statement
    from tests.simulation.search import Menu

WRITES = frozenset({"write", "commit", "_write", "take", "release"})
NOTES = frozenset(name for name in vars(Draft) if not name.startswith("_"))
THREADS = {"sarv_sync.applying.crew", "sarv_sync.applying.shift"}
"""Make no write, and are not what makes the calls here."""
MODULES = [
    module.name
    for module in pkgutil.iter_modules(sarv_sync.applying.__path__, "sarv_sync.applying.")
    if module.name not in THREADS
]
STATEMENTS = [
    *(found for module in MODULES for found in statements(module, WRITES | NOTES)),
    *statements("sarv_sync.state.journal", WRITES),
]
LIKELY = ("create, then pin another", "create, then rename", "create, then remove", "create one")
PLAIN = [name for name, scenario in SCENARIOS.items() if not (scenario.questions or scenario.hidden)]
SPARED = {
    "begin: draft.was_there(change.smtp_user_name)": "saves a person a question, and decides nothing",
    "Draft.let_go: self.was_there(binding.smtp_user_name)": "saves a person a question, and decides nothing",
    "Line._search: self._write()": "the proof notes the same, and until then only an edit is not recorded",
    "Line._learn_echo: self._write()": "the same is written before anything else is called for",
    "bind_found: run.write(draft)": "what a listing shows now, recovery finds a little later",
    "bind_found: draft.bind(intent.name, found.smtp_user_name, run.listing.users[found.smtp_user_name].settings)": (
        "what a listing shows now, recovery finds a little later"
    ),
}
"""Statements that may be left out without harm, by how they read, and why they may."""


@pytest.mark.parametrize("statement", [one for one in STATEMENTS if one.reading not in SPARED], ids=str)
def test_what_is_left_out_is_noticed(statement: Statement) -> None:
    with left_out(statement), quickly(), pytest.raises(AssertionError):
        look_everywhere()


def look_everywhere() -> None:
    """Raise `AssertionError` where a rule is broken, looking at the likeliest places first."""
    for name in PLAIN:
        expect_nothing_open(name)
        expect_a_reviewed_plan_to_cover_what_is_left(name)
    expect_none_found(SCENARIOS, crashes(1))
    for names in (LIKELY, SCENARIOS):
        expect_none_found(names, anything(1))
        expect_none_found(names, anything(1), crashes(1))


def expect_none_found(names: Iterable[str], *menus: Menu) -> None:
    for name in names:
        Search(SCENARIOS[name], menus).all()


def test_what_is_spared_is_there() -> None:
    assert set(SPARED) <= {statement.reading for statement in STATEMENTS}


@pytest.mark.parametrize("name", PLAIN)
def test_without_a_mishap_nothing_is_left_open(name: str) -> None:
    expect_nothing_open(name)


@pytest.mark.parametrize("name", PLAIN)
def test_a_plan_that_was_reviewed_covers_what_a_crash_leaves_to_be_done(
    name: str,
) -> None:
    expect_a_reviewed_plan_to_cover_what_is_left(name)


def expect_nothing_open(name: str) -> None:
    history = replay(Schedule(name))
    state = history.world.state()
    made = any(label.startswith("add") for ran in history.runs for label in ran.trace)

    assert (state.lock, state.intents, state.retired, state.listings) == (
        None,
        {},
        (),
        {},
    )
    assert state.echoes_limits is not None or not made


def expect_a_reviewed_plan_to_cover_what_is_left(name: str) -> None:
    scenario = SCENARIOS[name]
    task, start = task_of(scenario, 0), beginning(scenario)
    plan = plan_of(task.configuration, start)
    for photo in dict.fromkeys(run_program(task, start, 0).photos):
        again = run_program(task, photo, 1, reviewed=plan)
        assert again.code == 0, again
