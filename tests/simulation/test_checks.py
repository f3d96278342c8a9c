"""Each invariant is worth something: the program is broken first, and the check notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.errors import SwapLost
from sarv_sync.model.state import Birthmark
from tests.simulation.history import replay
from tests.simulation.invariants import broken_by
from tests.simulation.schedule import Event, Schedule
from tests.simulation.search import expect_sound, search

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.model.state import State
    from sarv_sync.state.journal import HeldJournal

ONE, KNOWN, TWO = "create one", "create one, limits known to be echoed", "create two"


def keep_in_memory(journal: HeldJournal, state: State) -> None:
    journal._state = state


def go_on_after_a_lost_swap(journal: Any, state: State) -> None:
    try:
        journal._version = journal._store.swap(journal._version, b"")
    except SwapLost:
        journal._state = state


def write_while_reading(store: Any, account: object) -> State:
    from sarv_sync.state.document import decode

    stored = store.read()
    store.swap(stored.version, stored.data + b"\n")
    return decode(stored.data, "memory")


BREAKS: dict[str, tuple[str, Callable[..., object]]] = {
    "nothing is written": ("sarv_sync.state.journal.HeldJournal.commit", keep_in_memory),
    "the lock is not taken": ("sarv_sync.state.journal.HeldJournal.take", lambda journal, lock: None),
    "a lost swap is ignored": ("sarv_sync.state.journal.HeldJournal.commit", go_on_after_a_lost_swap),
    "given-up birthmarks are forgotten": (
        "sarv_sync.applying.draft.Draft.give_up",
        lambda draft, intent: draft.close(intent.name),
    ),
    "users are born with their real limits": (
        "sarv_sync.applying.creation.choose",
        lambda desired, taken, chooser: Birthmark(desired.total_limit, desired.hourly_limit),
    ),
    "every answer is believed": ("sarv_sync.applying.creation._believed", lambda answers, known: answers),
    "everything is proven": ("sarv_sync.applying.executor.prove", lambda run: True),
    "nothing is adopted": ("sarv_sync.applying.executor.begin", lambda state, plan, configuration, listing: state),
    "a plan writes": ("sarv_sync.workflow.read_state", write_while_reading),
}


@pytest.mark.parametrize(
    ("broken", "schedule", "rule"),
    [
        ("nothing is written", Schedule(ONE), "an intent is durable before its call"),
        ("nothing is written", Schedule(ONE), "a binding is durable before the edit"),
        ("the lock is not taken", Schedule("update"), "no write to the account without the lock"),
        ("a lost swap is ignored", Schedule(TWO, (Event(0, 6, "overtaken"),)), "no call after losing the swap"),
        ("given-up birthmarks are forgotten", Schedule(KNOWN, (Event(0, 7, "late by 40"),)), "is an orphan"),
        ("given-up birthmarks are forgotten", Schedule(KNOWN, (Event(0, 7, "late by 40"),)), "one_user_for_one_name"),
        ("users are born with their real limits", Schedule(ONE), "a birthmark is unused"),
        (
            "users are born with their real limits",
            Schedule(KNOWN, (Event(0, 6, "crash after"), Event(1, 0, "person creates the same user"))),
            "no_user_that_is_not_ours_is_bound",
        ),
        (
            "users are born with their real limits",
            Schedule(KNOWN, (Event(0, 7, "request lost"), Event(1, 11, "person creates the same user"))),
            "nobody_else_is_a_spare",
        ),
        ("every answer is believed", Schedule(ONE, (Event(0, 7, "names another"),)), "no edit of a user that is not"),
        ("everything is proven", Schedule("update", (Event(0, 5, "refused"),)), "verified only when nothing failed"),
        ("nothing is adopted", Schedule("adopt and edit"), "running_again_converges"),
        ("a plan writes", Schedule("update"), "a_plan_writes_nothing"),
    ],
)
def test_a_broken_program_is_noticed(
    monkeypatch: pytest.MonkeyPatch, broken: str, schedule: Schedule, rule: str
) -> None:
    expect_sound(replay(schedule))
    place, replacement = BREAKS[broken]
    monkeypatch.setattr(place, replacement)

    assert any(rule in words for words in broken_by(replay(schedule)))


def test_a_failed_search_prints_what_a_replay_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    place, replacement = BREAKS["given-up birthmarks are forgotten"]
    monkeypatch.setattr(place, replacement)
    schedule = Schedule(KNOWN, (Event(0, 7, "late by 40"),))

    with pytest.raises(AssertionError) as failure:
        search([Schedule(KNOWN), schedule])

    assert f"replay({schedule!r})" in str(failure.value)
    assert "<- late by 40" in str(failure.value)
    assert "is an orphan" in str(failure.value)


def test_the_same_schedule_gives_the_same_history() -> None:
    schedule = Schedule(TWO, (Event(0, 7, "answer lost"), Event(1, 3, "crash after")))

    assert str(replay(schedule)) == str(replay(schedule))
