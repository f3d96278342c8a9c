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
from tests.simulation.passwords.test_every_step import SCENARIOS as PASSWORDS
from tests.simulation.passwords.test_every_step import test_after_any_mishap_one_run_puts_everything_right
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
LOOKS = frozenset({"applied", "is_bound", "next_turn", "record", "smtp_user_name"})
NOTES = frozenset(name for name in vars(Draft) if not name.startswith("_")) - LOOKS
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
_PASSWORD_MODULES = {
    "sarv_sync.applying.delivery",
    "sarv_sync.applying.recycling",
    "sarv_sync.applying.rotation",
}
_PASSWORD_PARTS = (
    "_note_passwords",
    "Draft.hand_over",
    "Draft.recycle",
    "begin: draft.date_retired",
    "begin: draft.recycle",
    "_catch_up: draft.set_applied(change.name, applied_values(desired, draft",
)


def _is_of_passwords(statement: Statement) -> bool:
    return statement.module in _PASSWORD_MODULES or statement.reading.startswith(_PASSWORD_PARTS)


SPARED = {
    "begin: draft.was_there(change.smtp_user_name)": "saves a person a question, and decides nothing",
    "Draft.let_go: self.was_there(binding.smtp_user_name)": "saves a person a question, and decides nothing",
    "Line._search: self._write()": "the proof notes the same, and until then only an edit is not recorded",
    "Line._record: self._write()": "the same is written when more calls are asked for, at the latest; see unit tests",
    "Line._learn_echo: self._write()": "the same is written before anything else is called for",
    "_note_passwords: draft.set_record(name, record)": "what is owed is delivered anyway; unit tests see it said",
    "_note_passwords: draft.set_record(name, replace(record, left=None))": (
        "what is owed is delivered anyway; unit tests see that it is said, and that an old `left` ends"
    ),
    "_note_passwords: draft.hand_over(name)": "the same is noted when the password is delivered; see unit tests",
    "_catch_up: draft.set_applied(change.name, applied_values(desired, draft.applied(change.name)))": (
        "the next run notes what is as it should be already"
    ),
    "_note: draft.set_record(name, replace(draft.record(name), rotating=None))": (
        "the next run tells by the listing that nothing was changed"
    ),
    "_note_edited: draft.set_applied(change.name, applied_values(run.configuration.users[change.name], before))": (
        "the proof notes the same"
    ),
    "begin: draft.forget_rename(name)": "lets a name be renamed in the same way once more; see unit tests",
    "begin: draft.date_retired()": "decides when a user may be used again, and nothing else; see unit tests",
    "_note_refused: draft.give_back(name)": "the next run tries once more; unit tests see that it stays retired",
    "_note_ready: draft.set_applied(name, run.configuration.users[name].settings)": "the proof notes the same",
    "_note_password: draft.set_record(change.name, replace(draft.record(change.name), former=former, "
    "since=run.evidence.moment))": "matters to a listing that lags; see unit tests",
    "_look_for: run.write(draft)": "the next run tells by the listing that the password was changed",
    "bind_found: run.write(draft)": "what a listing shows now, recovery finds a little later",
    "bind_found: draft.bind(intent.name, found.smtp_user_name, run.listing.users[found.smtp_user_name].settings)": (
        "what a listing shows now, recovery finds a little later"
    ),
}
"""Statements that may be left out without harm, by how they read, and why they may."""


OF_PASSWORDS = [one for one in STATEMENTS if _is_of_passwords(one)]
"""Statements that the rules of users say nothing of: passwords are simulated apart from them."""
TO_NOTICE = [one for one in STATEMENTS if one not in OF_PASSWORDS and one.reading not in SPARED]


@pytest.mark.parametrize("statement", TO_NOTICE, ids=str)
def test_what_is_left_out_is_noticed(statement: Statement) -> None:
    with left_out(statement), quickly(), pytest.raises(AssertionError):
        look_everywhere()


@pytest.mark.parametrize("statement", [one for one in OF_PASSWORDS if one.reading not in SPARED], ids=str)
def test_what_is_left_out_of_passwords_is_noticed(statement: Statement) -> None:
    with left_out(statement), pytest.raises((AssertionError, KeyError)):
        look_at_passwords()


def look_at_passwords() -> None:
    """Raise `AssertionError` where a password is lost, shown, changed once more or does not work."""
    for name in PASSWORDS:
        test_after_any_mishap_one_run_puts_everything_right(name)


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
