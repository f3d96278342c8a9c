"""Moving and forgetting names in the state, and settling creates."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest

from sarv_sync import state_workflow
from sarv_sync.errors import InputError, Refused
from sarv_sync.model.secret import Secret
from sarv_sync.model.state import Binding, Birthmark, Intent, State
from sarv_sync.model.users import Listing, ObservedUser, RowFault
from sarv_sync.state.journal import Holder
from sarv_sync.state.journal import Surroundings as StateSurroundings
from sarv_sync.workflow import Project
from tests.unit.applying.stage import ACCOUNT, Provider, entry, files, state, values
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

    state_workflow.move_in_state(store, old, "new", HOLDER, STATE_WORLD)

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
        state_workflow.move_in_state(store, old, new, HOLDER, STATE_WORLD)

    assert refused.value.hint
    assert store.state.owned() == UNFINISHED.owned()
    assert store.state.lock is None


@pytest.mark.parametrize(("name", "user"), [("billing", "smtp1"), ("gone", "smtp2"), ("news", None)])
def test_a_name_is_forgotten_with_what_it_has(name: str, user: str | None) -> None:
    store = ScriptedStore(UNFINISHED)

    assert state_workflow.forget_in_state(store, name, HOLDER, STATE_WORLD) == ({name: user} if user else {})

    after = store.state
    assert name not in {*after.bindings, *after.removed, *after.creates_under_way()}
    assert len(after.owned()) + len(after.intents) == 2


def test_a_name_that_is_not_held_cannot_be_forgotten() -> None:
    with pytest.raises(InputError) as refused:
        state_workflow.forget_in_state(ScriptedStore(UNFINISHED), "unknown", HOLDER, STATE_WORLD)

    assert refused.value.hint


def test_without_a_state_there_is_nothing_to_move_or_forget() -> None:
    with pytest.raises(Refused):
        state_workflow.move_in_state(ScriptedStore(), "billing", "new", HOLDER, STATE_WORLD)
    with pytest.raises(Refused):
        state_workflow.forget_in_state(ScriptedStore(), "billing", HOLDER, STATE_WORLD)


def project(*users: ObservedUser, faults: tuple[RowFault, ...] = (), kept: State = UNFINISHED) -> Project:
    """Return a project whose account lists `users`, beside two that are owned already."""
    listed = {user.smtp_user_name: user for user in (observed("smtp1"), observed("smtp2"), *users)}
    provider = Provider()
    provider.list_users = lambda: Listing(listed, faults)  # type: ignore[method-assign]
    return Project(files(entry("news")), ACCOUNT, ScriptedStore(kept), provider)


def observed(name: str, total: int = 100, hourly: int = 10) -> ObservedUser:
    return ObservedUser(name, values(total, hourly), Secret("password"))


def kept(of: Project) -> State:
    assert isinstance(of.store, ScriptedStore)
    return of.store.state


TWINS = (observed("smtp8", 17, 3), observed("smtp9", 17, 3))


def test_the_user_of_a_create_is_bound_as_it_is_shown_and_its_create_stays_open() -> None:
    desk = project(*TWINS)

    state_workflow.adopt_for_create(desk, "news", "smtp9", HOLDER, STATE_WORLD)

    after = kept(desk)
    assert after.bindings["news"] == Binding("smtp9", values(17, 3))
    assert (after.intents, after.retired, after.lock) == (UNFINISHED.intents, (), None)


def test_a_create_is_given_up_with_everybody_who_is_there_noted_for_it_alone() -> None:
    sibling = Intent("j", "orders", Birthmark(23, 5), "l")
    desk = project(*TWINS, kept=replace(UNFINISHED, intents={**UNFINISHED.intents, "j": sibling}))

    assert state_workflow.abandon_create(desk, "news", HOLDER, STATE_WORLD) == ("smtp8", "smtp9")

    after = kept(desk)
    (given_up,) = after.retired
    assert (given_up.name, given_up.birthmark) == ("news", Birthmark(17, 3))
    assert (after.listings[given_up.listing], after.listings["l"]) == (("smtp8", "smtp9"), ())
    assert (after.intents, "news" in after.bindings) == ({"j": sibling}, False)


def test_a_candidate_whose_row_cannot_be_read_cannot_be_adopted() -> None:
    desk = project(faults=(RowFault("smtp7", "its status is 3"),))

    with pytest.raises(Refused, match="the account's row for smtp7 cannot be read"):
        state_workflow.adopt_for_create(desk, "news", "smtp7", HOLDER, STATE_WORLD)

    assert kept(desk).owned() == UNFINISHED.owned()


def test_what_was_settled_meanwhile_is_not_settled_again() -> None:
    desk = project(*TWINS)
    assert isinstance(desk.store, ScriptedStore)
    real = desk.store.presence

    def settled_by_somebody_else() -> Any:
        assert isinstance(desk.store, ScriptedStore)
        desk.store.overtake(replace(UNFINISHED, serial=50, intents={}, listings={}))
        return real()

    desk.store.presence = settled_by_somebody_else  # type: ignore[method-assign]

    with pytest.raises(InputError, match="the state holds no news"):
        state_workflow.adopt_for_create(desk, "news", "smtp9", HOLDER, STATE_WORLD)
    with pytest.raises(InputError, match="the state holds no news"):
        state_workflow.abandon_create(desk, "news", HOLDER, STATE_WORLD)
