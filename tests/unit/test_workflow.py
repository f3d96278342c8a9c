"""The use cases, with everything real but the account and the store."""

from __future__ import annotations

from contextlib import closing, contextmanager
from datetime import datetime, timezone
from random import Random
from typing import TYPE_CHECKING

import pytest

from sarv_sync import apply_workflow, workflow
from sarv_sync.applying.crew import Threads
from sarv_sync.applying.executor import Execution
from sarv_sync.applying.run import Surroundings
from sarv_sync.errors import (
    EXIT_DONE,
    EXIT_INCOMPLETE,
    EXIT_REFUSED,
    Interrupted,
    ProviderError,
    Refused,
    StateError,
)
from sarv_sync.model.plan import Plan
from sarv_sync.state.journal import Holder
from sarv_sync.state.journal import Surroundings as StateSurroundings
from tests.unit.applying.stage import ACCOUNT, REFUSED, Provider, Watcher, entry, files, state, values
from tests.unit.state.scripted_store import ScriptedStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.state import State

HOLDER = Holder("ann on laptop", "sarv-sync apply")
STATE_WORLD = StateSurroundings(lambda: datetime(2026, 1, 1, tzinfo=timezone.utc), lambda: "1d", lambda _: None)
OLD = values(100, 10)
BOUND = state(billing=("smtp1", OLD))


class Desk:
    """A project and somebody who approves."""

    def __init__(self, configuration: Configuration, provider: Provider, kept: State | None = BOUND) -> None:
        self.provider = provider
        self.store = ScriptedStore(kept)
        self.project = workflow.Project(configuration, ACCOUNT, self.store, provider)
        self.watcher = Watcher()
        self.shown: list[Plan] = []
        self.asked: list[Plan] = []
        self.answer = True
        self.gentle: list[str] = []

    def plan(self) -> Plan:
        return workflow.plan(self.project)

    def apply(self, reviewed: Plan | None = None, digest: str | None = None) -> Execution:
        check = apply_workflow.review_check(reviewed, digest)
        approval = apply_workflow.Approval(self.shown.append, self._ask, check)
        watcher = self.watcher
        with closing(Threads(2, watcher)) as crew:
            world = Surroundings(self.provider, watcher, Random(1), watcher, watcher, crew, 2)
            means = apply_workflow.Means(HOLDER, world, STATE_WORLD, self._uninterrupted)
            return apply_workflow.apply(self.project, approval, (), means)

    def _ask(self, plan: Plan) -> bool:
        self.asked.append(plan)
        return self.answer

    @contextmanager
    def _uninterrupted(self) -> Iterator[None]:
        self.gentle.append(f"from write {self.store.attempts}")
        yield
        self.gentle.append(f"to write {self.store.attempts}")


def updating() -> Desk:
    return Desk(files(entry("billing")), Provider({"smtp1": OLD, "smtp900": OLD}))


def nothing_to_do() -> Desk:
    kept = state(billing=("smtp1", values(5000, 200)))
    return Desk(files(entry("billing")), Provider({"smtp1": values(5000, 200)}), kept)


def test_a_plan_writes_nothing_and_lists_once() -> None:
    desk = updating()

    plan = desk.plan()

    assert [change.name for change in plan.changes] == ["billing"]
    assert desk.provider.calls == [("list",)]
    assert desk.store.attempts == 0


def test_an_apply_shows_the_plan_asks_and_does_it() -> None:
    desk = updating()

    execution = desk.apply()

    assert apply_workflow.exit_code(execution) == EXIT_DONE
    assert desk.shown == desk.asked
    assert [change.name for change in desk.shown[0].changes] == ["billing"]
    assert desk.provider.users["smtp1"] == values(5000, 200)
    assert desk.store.state.lock is None


def test_signals_are_held_off_for_as_long_as_there_is_something_to_write() -> None:
    desk = updating()

    desk.apply()

    assert desk.gentle == ["from write 0", f"to write {desk.store.attempts}"]


def test_a_plan_that_is_not_approved_is_not_carried_out() -> None:
    desk = updating()
    desk.answer = False

    with pytest.raises(Refused):
        desk.apply()

    assert desk.provider.made("edit") == []
    assert desk.store.attempts == 0


def test_nothing_to_do_takes_no_lock_and_asks_nobody() -> None:
    desk = nothing_to_do()

    execution = desk.apply()

    assert apply_workflow.exit_code(execution) == EXIT_DONE
    assert execution.outcome.verified
    assert len(desk.shown) == 1
    assert (desk.asked, desk.store.attempts) == ([], 0)


def test_what_only_the_state_has_to_note_is_noted_without_asking() -> None:
    desk = nothing_to_do()
    desk.store.overtake(BOUND)

    assert apply_workflow.exit_code(desk.apply()) == EXIT_DONE

    assert desk.asked == []
    assert desk.store.state.bindings["billing"].applied == values(5000, 200)


def test_what_came_up_after_the_plan_was_approved_is_refused() -> None:
    desk = updating()

    def meddle(kind: str) -> None:
        if desk.asked:
            desk.provider.users["smtp1"] = values(77, 7)

    desk.provider.before_call = meddle

    with pytest.raises(Refused) as refused:
        desk.apply()

    assert "billing" in refused.value.faults[0].message
    assert desk.provider.made("edit") == []
    assert desk.store.state.lock is None


def test_what_somebody_did_after_the_plan_was_approved_is_fine() -> None:
    desk = updating()

    def help_out(kind: str) -> None:
        if desk.asked:
            desk.provider.users["smtp1"] = values(5000, 200)

    desk.provider.before_call = help_out

    execution = desk.apply()

    assert apply_workflow.exit_code(execution) == EXIT_DONE
    assert desk.provider.made("edit") == []


def test_a_reviewed_plan_covers_what_it_holds_and_nothing_more() -> None:
    reviewed = updating().plan()
    assert apply_workflow.exit_code(updating().apply(reviewed)) == EXIT_DONE
    desk = updating()
    desk.provider.users["smtp1"] = values(77, 7)

    with pytest.raises(Refused):
        desk.apply(reviewed)

    assert (desk.asked, desk.store.attempts) == ([], 0)


def test_a_digest_has_to_be_exactly_that_of_the_plan() -> None:
    digest = updating().plan().digest
    assert apply_workflow.exit_code(updating().apply(digest=digest)) == EXIT_DONE
    desk = updating()

    with pytest.raises(Refused):
        desk.apply(digest="sha256:0")

    assert (desk.asked, desk.store.attempts) == ([], 0)


def test_a_guard_refuses_everything_before_anyone_is_asked() -> None:
    desk = Desk(files(*(entry(f"user{number}") for number in range(101))), Provider(), None)

    with pytest.raises(Refused) as refused:
        desk.apply()

    assert "max_creates" in refused.value.faults[0].message
    assert (desk.asked, desk.provider.made("add"), desk.store.attempts) == ([], [], 0)


@pytest.mark.parametrize(("users", "words"), [(1, "the password of 1 new user was"), (3, "the passwords of 3 new")])
def test_where_new_passwords_went_nowhere_it_is_said_with_what_to_do(users: int, words: str) -> None:
    desk = Desk(files(*(entry(f"user{number}") for number in range(users))), Provider(), None)

    (warning,) = desk.apply().outcome.warnings

    assert words in warning.message
    assert warning.hint


def test_an_error_before_anything_was_done_is_raised() -> None:
    desk = updating()
    desk.watcher.stopped = True

    with pytest.raises(Interrupted):
        desk.apply()

    assert desk.store.state.lock is None


def test_an_error_after_something_was_done_is_told_with_it() -> None:
    desk = updating()
    down = ProviderError("the provider is down", "try later")

    def fail(kind: str) -> None:
        if kind == "list" and desk.provider.made("edit"):
            raise down

    desk.provider.before_call = fail

    execution = desk.apply()

    assert execution.error is down
    assert [one.name for one in execution.outcome.applied] == ["billing"]
    assert [warning.message for warning in execution.outcome.warnings] == ["the provider is down"]
    assert apply_workflow.exit_code(execution) == EXIT_INCOMPLETE


def test_what_was_done_is_told_even_if_the_state_cannot_be_written_any_more() -> None:
    desk = Desk(files(entry("billing"), entry("orders")), Provider(), state())

    def fill_the_disk(kind: str) -> None:
        if kind == "add":
            desk.store.failure = StateError("the disk is full", "make room")

    desk.provider.before_call = fill_the_disk

    execution = desk.apply()

    assert apply_workflow.exit_code(execution) == EXIT_INCOMPLETE
    assert [one.smtp_user_name for one in execution.outcome.failed] == ["smtp001", "smtp002"]
    assert len(desk.store.state.intents) == 2
    desk.store.failure = None
    desk.provider.before_call = lambda _: None
    assert apply_workflow.exit_code(desk.apply()) == EXIT_DONE
    assert len(desk.provider.users) == 2


def test_what_is_blocked_is_left_out_and_the_rest_is_done() -> None:
    kept = state(billing=("smtp1", OLD), orders=("smtp2", OLD))
    desk = Desk(files(entry("billing"), entry("orders")), Provider({"smtp1": OLD}), kept)

    execution = desk.apply()

    assert apply_workflow.exit_code(execution) == EXIT_REFUSED
    assert [blocked.name for blocked in execution.outcome.blocked] == ["orders"]
    assert [one.name for one in execution.outcome.applied] == ["billing"]
    assert apply_workflow.exit_code(desk.apply()) == EXIT_REFUSED


def test_what_failed_makes_the_apply_incomplete() -> None:
    desk = updating()
    desk.provider.edit_errors["smtp1"] = REFUSED

    assert apply_workflow.exit_code(desk.apply()) == EXIT_INCOMPLETE
