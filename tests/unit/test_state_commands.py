"""Moving and forgetting names in the state."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import pytest

from sarv_sync import workflow
from sarv_sync.errors import (
    InputError,
    Refused,
)
from sarv_sync.model.state import Binding, Birthmark, Intent
from sarv_sync.state.journal import Holder
from sarv_sync.state.journal import Surroundings as StateSurroundings
from tests.unit.applying.stage import state, values
from tests.unit.state.scripted_store import ScriptedStore

HOLDER = Holder("ann on laptop", "sarv-sync apply")
STATE_WORLD = StateSurroundings(lambda: datetime(2026, 1, 1, tzinfo=timezone.utc), lambda: "1d", lambda _: None)
OLD = values(100, 10)
BOUND = state(billing=("smtp1", OLD))
UNFINISHED = replace(
    BOUND,
    removed={"gone": Binding("smtp2", OLD)},
    intents={"i": Intent("i", "news", Birthmark(17, 3), "l")},
    listings={"l": ()},
)


@pytest.mark.parametrize(("old", "user"), [("billing", "smtp1"), ("gone", "smtp2"), ("news", None)])
def test_a_name_is_moved_in_the_state_with_what_it_has(old: str, user: str | None) -> None:
    store = ScriptedStore(UNFINISHED)

    workflow.move_in_state(store, old, "new", HOLDER, STATE_WORLD)

    after = store.state
    names = {name: owned for owned, name in after.owned().items()} | dict.fromkeys(after.creates_under_way())
    assert names.get("new", "nothing") == user
    assert old not in names
    assert after.lock is None


@pytest.mark.parametrize(
    ("old", "new"),
    [("unknown", "new"), ("billing", "gone"), ("billing", "news"), ("billing", "Not A Name"), ("billing", "billing")],
)
def test_a_move_that_makes_no_sense_is_refused_and_changes_nothing(old: str, new: str) -> None:
    store = ScriptedStore(UNFINISHED)

    with pytest.raises(InputError) as refused:
        workflow.move_in_state(store, old, new, HOLDER, STATE_WORLD)

    assert refused.value.hint
    assert store.state.owned() == UNFINISHED.owned()
    assert store.state.lock is None


@pytest.mark.parametrize(("name", "user"), [("billing", "smtp1"), ("gone", "smtp2"), ("news", None)])
def test_a_name_is_forgotten_with_what_it_has(name: str, user: str | None) -> None:
    store = ScriptedStore(UNFINISHED)

    assert workflow.forget_in_state(store, name, HOLDER, STATE_WORLD) == user

    after = store.state
    assert name not in {*after.bindings, *after.removed, *after.creates_under_way()}
    assert len(after.owned()) + len(after.intents) == 2


def test_a_name_that_is_not_held_cannot_be_forgotten() -> None:
    with pytest.raises(InputError) as refused:
        workflow.forget_in_state(ScriptedStore(UNFINISHED), "unknown", HOLDER, STATE_WORLD)

    assert refused.value.hint


def test_without_a_state_there_is_nothing_to_move_or_forget() -> None:
    with pytest.raises(Refused):
        workflow.move_in_state(ScriptedStore(), "billing", "new", HOLDER, STATE_WORLD)
    with pytest.raises(Refused):
        workflow.forget_in_state(ScriptedStore(), "billing", HOLDER, STATE_WORLD)
