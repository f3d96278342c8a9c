"""Each rule is worth something: the program is broken first, and the check notices."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from sarv_sync.errors import SwapLost
from sarv_sync.model.state import Binding, Birthmark
from sarv_sync.state.document import encode
from tests.simulation.account import PASSWORD
from tests.simulation.history import replay
from tests.simulation.placing import everywhere
from tests.simulation.quick import quickly
from tests.simulation.rules import RULES
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.schedule import Deed, Schedule
from tests.simulation.search import Menu, Search, expect_sound

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.model.state import State
    from sarv_sync.model.users import Settings
    from sarv_sync.state.journal import HeldJournal
    from tests.simulation.rules import Rule

ONE, KNOWN, TWO = "create one", "create one, limits known to be echoed", "create two"
IMITATED: tuple[Deed, ...] = ("crash after", "person creates the same user")
NOBODY_S: Rule = "no user is touched that is not proven ours"


def keep_in_memory(journal: HeldJournal, state: State) -> None:
    journal._state = state


def go_on_after_a_lost_swap(journal: Any, state: State) -> None:
    try:
        journal._version = journal._store.swap(journal._version, b"")
    except SwapLost:
        journal._state = state


def write_while_reading(store: Any, account: object) -> State:
    stored = store.read()
    store.swap(stored.version, stored.data + b"\n")
    return SCENARIOS["update"].state or pytest.fail("there is a state")


def bind_to_nobody(draft: Any, name: str, smtp_user_name: str, applied: Settings) -> None:
    draft._bindings[name] = Binding(smtp_user_name + "0", applied)


def bind_one_user_twice(draft: Any, name: str, smtp_user_name: str, applied: Settings) -> None:
    draft._bindings[name] = draft._bindings[f"{name}-too"] = Binding(smtp_user_name, applied)


def tell_the_password(state: State) -> bytes:
    return encode(replace(state, listings={**state.listings, f"{PASSWORD}smtp001": ()}))


def tear(store: Any, expected: str | None, data: bytes) -> str:
    store._disk.data = data[:-1]
    return str(hash(data[:-1]))


def fail(*given: object) -> None:
    raise KeyError


class Broken(NamedTuple):
    """A way to break the program: what is replaced, by what, and which rule that breaks in which schedules.

    `guard` is a check of the program's own that has to be switched off for it.
    """

    place: str
    replacement: Callable[..., object]
    rule: Rule
    words: str
    scenario: str
    deeds: tuple[Deed, ...] = ()
    guard: str | None = None


JOURNAL, DRAFT = "sarv_sync.state.journal.HeldJournal", "sarv_sync.applying.draft.Draft"
BORN_AS_WANTED = (
    "sarv_sync.applying.intents.choose",
    lambda desired, taken, chooser: Birthmark(desired.total_limit, desired.hourly_limit),
)
FORGETFUL = (f"{DRAFT}.give_up", lambda draft, intent: draft.close(intent.name))
BREAKS: dict[str, Broken] = {
    "no intent is written": Broken(
        f"{JOURNAL}.commit",
        keep_in_memory,
        "an intent is durable before its call",
        "",
        ONE,
    ),
    "no binding is written": Broken(
        f"{JOURNAL}.commit",
        keep_in_memory,
        "a binding is durable before the edit",
        "",
        ONE,
    ),
    "the lock is not taken": Broken(
        f"{JOURNAL}.take",
        lambda journal, lock: None,
        "no write to the account without the lock",
        "",
        "update",
    ),
    "the lock is not renewed": Broken(
        f"{JOURNAL}.keep",
        lambda journal: None,
        "no write to the account without the lock",
        "01:00",
        TWO,
        ("an hour passes",),
    ),
    "the lock is kept": Broken(f"{JOURNAL}.release", lambda journal: None, "a lock is given back", "", "update"),
    "a lost swap is ignored": Broken(
        f"{JOURNAL}.commit",
        go_on_after_a_lost_swap,
        "no call follows a lost swap",
        "",
        TWO,
        ("overtaken",),
    ),
    "given-up birthmarks are forgotten": Broken(
        *FORGETFUL,
        "every user we caused is accounted for",
        "is an orphan",
        KNOWN,
        ("late by 40",),
    ),
    "users are born with their real limits": Broken(*BORN_AS_WANTED, "a birthmark is unused", "", ONE),
    "a twin is taken for ours": Broken(*BORN_AS_WANTED, NOBODY_S, "owns smtp002, which somebody", KNOWN, IMITATED),
    "a twin is taken for a spare": Broken(
        *BORN_AS_WANTED,
        NOBODY_S,
        "counts as a spare",
        KNOWN,
        ("request lost", "person creates the same user"),
    ),
    "every answer is believed": Broken(
        "sarv_sync.applying.line.believed",
        lambda answers, known: answers,
        NOBODY_S,
        "is edited",
        ONE,
        ("names another",),
    ),
    "everything is proven": Broken(
        "sarv_sync.applying.executor.prove",
        lambda run: True,
        "what a run claims is so",
        "verified",
        "update",
        ("refused",),
    ),
    "nothing is adopted": Broken(
        "sarv_sync.applying.executor.begin",
        lambda state, plan, configuration, listing: state,
        "running again converges",
        "still to do",
        "adopt and edit",
    ),
    "a plan writes": Broken(
        "sarv_sync.workflow.read_state",
        write_while_reading,
        "a plan writes nothing",
        "swap",
        "update",
    ),
    "a name is bound to nobody": Broken(
        f"{DRAFT}.bind",
        bind_to_nobody,
        "every password can be delivered",
        "billing leads to",
        ONE,
    ),
    "one user is bound twice": Broken(
        f"{DRAFT}.bind",
        bind_one_user_twice,
        "name to user is one to one",
        "two names own one user",
        ONE,
        guard="sarv_sync.state.document._check_consistent",
    ),
    "the state tells a password": Broken(
        "sarv_sync.state.journal.encode",
        tell_the_password,
        "no secret is anywhere",
        "the state",
        ONE,
    ),
    "a write is torn": Broken(
        "tests.simulation.memory_store.MemoryStore.swap",
        tear,
        "the document is the old one or the new one",
        "",
        "update",
    ),
    "creates are not closed": Broken(
        f"{DRAFT}.close_all",
        lambda draft, names: None,
        "what a run heard is written when it ends",
        "still open",
        ONE,
    ),
    "spares are kept in mind": Broken(
        f"{DRAFT}.use_spare",
        lambda draft, retired: None,
        "nothing is kept that is done with",
        "has served",
        "a spare for the next create",
    ),
    "there is a bug": Broken(
        "sarv_sync.applying.executor.prove",
        fail,
        "no run ends in a way that nobody foresaw",
        "KeyError",
        "update",
    ),
}


@pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS)
def test_a_broken_program_is_noticed(monkeypatch: pytest.MonkeyPatch, broken: Broken) -> None:
    expect_sound(replay(Schedule(broken.scenario)))
    monkeypatch.setattr(broken.place, broken.replacement)
    if broken.guard is not None:
        monkeypatch.setattr(broken.guard, lambda *given: None)

    assert any(
        breach.rule == broken.rule and broken.words in breach.words
        for schedule in everywhere(Schedule(broken.scenario), *broken.deeds)
        for breach in replay(schedule).breaches
    )


def test_of_every_rule_it_was_tried_whether_it_is_noticed() -> None:
    assert {broken.rule for broken in BREAKS.values()} == set(RULES)


def test_a_failed_search_prints_what_a_replay_needs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(*FORGETFUL)

    with pytest.raises(AssertionError) as failure, quickly():
        Search(SCENARIOS[KNOWN], (Menu(1, {"add": ("late by 40",)}),)).all()

    words = str(failure.value)
    assert f"replay(Schedule(scenario={KNOWN!r}, events=(Event(run=0, point=" in words
    assert "<- late by 40" in words
    assert "is an orphan" in words
