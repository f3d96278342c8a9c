"""What ends a run early, and what it leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import AuthenticationFailed, Interrupted, ProviderError, StateError, SwapLost
from tests.unit.applying.stage import (
    UNAUTHORIZED,
    UNHEARD,
    Journal,
    Provider,
    Stage,
    entry,
    files,
    names,
    state,
    values,
)

if TYPE_CHECKING:
    from collections.abc import Callable

OLD = values(100, 10)
USERS = tuple(f"user{number}" for number in range(6))


def updating(parallelism: int = 1) -> Stage:
    """Return a stage on which six users are to be edited, four at a time or more."""
    provider = Provider({f"smtp-{name}": OLD for name in USERS})
    bound = state(**{name: (f"smtp-{name}", OLD) for name in USERS})
    return Stage(files(*map(entry, USERS)), provider, Journal(bound), parallelism=parallelism)


def creating() -> Stage:
    return Stage(files(*map(entry, USERS)))


def stop_at(stage: Stage, kind: str, count: int) -> None:
    """Let the run be asked to stop while its call number `count` of that kind is under way."""

    def look(called: str) -> None:
        if called == kind and len(stage.provider.made(kind)) == count - 1:
            stage.watcher.stopped = True

    stage.provider.before_call = look


def test_a_run_that_is_asked_to_stop_before_it_began_does_nothing() -> None:
    stage = updating()
    stage.watcher.stopped = True

    execution = stage.run()

    assert isinstance(execution.error, Interrupted)
    assert execution.error.hint
    assert names(execution.outcome.not_attempted) == list(USERS)
    assert stage.provider.made("edit") == []
    assert stage.journal.writes == []


def test_no_edit_begins_once_the_run_was_asked_to_stop_and_what_was_done_is_recorded() -> None:
    stage = updating()
    stop_at(stage, "edit", 2)

    execution = stage.run()

    assert isinstance(execution.error, Interrupted)
    assert names(execution.outcome.applied) == ["user0", "user1"]
    assert names(execution.outcome.not_attempted) == ["user2", "user3", "user4", "user5"]
    assert not execution.outcome.verified
    assert len(stage.provider.made("edit")) == 2
    assert stage.journal.state.bindings["user1"].applied == values(5000, 200)
    stage.watcher.stopped = False
    assert stage.run().outcome.verified


def test_no_create_begins_once_the_run_was_asked_to_stop_and_what_was_made_is_bound() -> None:
    stage = creating()
    stop_at(stage, "add", 2)

    execution = stage.run()

    assert isinstance(execution.error, Interrupted)
    assert names(execution.outcome.failed) == ["user0", "user1"]
    assert {one.smtp_user_name for one in execution.outcome.failed} == {"smtp001", "smtp002"}
    assert names(execution.outcome.not_attempted) == ["user2", "user3", "user4", "user5"]
    assert sorted(stage.journal.state.bindings) == ["user0", "user1"]
    assert {intent.name for intent in stage.journal.state.intents.values()} == {"user0", "user1"}
    assert stage.provider.made("edit") == []
    stage.watcher.stopped = False
    assert stage.run().outcome.verified
    assert len(stage.provider.users) == 6


def test_a_create_without_an_answer_is_not_waited_for_once_the_run_was_asked_to_stop() -> None:
    stage = creating()
    stage.provider.add_errors = [UNHEARD]
    stop_at(stage, "add", 1)

    execution = stage.run()

    assert isinstance(execution.error, Interrupted)
    assert names(execution.outcome.unknown) == ["user0"]
    assert execution.outcome.unknown[0].message == UNHEARD.message
    assert {intent.name for intent in stage.journal.state.intents.values()} == {"user0"}
    assert stage.watcher.time == 0


def test_a_proof_is_not_waited_for_once_the_run_was_asked_to_stop() -> None:
    stage = updating()
    stage.provider.lag = 99

    def stop(kind: str) -> None:
        stage.watcher.stopped = kind == "list" and len(stage.provider.made("edit")) == 6

    stage.provider.before_call = stop

    execution = stage.run()

    assert isinstance(execution.error, Interrupted)
    assert names(execution.outcome.applied) == list(USERS)
    assert not execution.outcome.verified


@pytest.mark.parametrize("parallelism", [1, 4])
def test_refused_credentials_end_everything(parallelism: int) -> None:
    stage = updating(parallelism)
    stage.provider.edit_errors = {f"smtp-{name}": UNAUTHORIZED for name in USERS}

    execution = stage.run()

    assert execution.error is UNAUTHORIZED
    calls = len(stage.provider.made("edit"))
    assert 1 <= calls <= parallelism
    assert len(execution.outcome.failed) == calls
    assert len(execution.outcome.not_attempted) == 6 - calls


def test_refused_credentials_end_creating_too() -> None:
    stage = creating()
    stage.provider.add_errors = [None, UNAUTHORIZED]

    execution = stage.run()

    assert isinstance(execution.error, AuthenticationFailed)
    assert len(stage.provider.made("add")) == 2
    assert names(execution.outcome.failed) == ["user0", "user1"]
    assert execution.outcome.failed[1].message == UNAUTHORIZED.message
    assert stage.provider.made("edit") == []
    assert list(stage.journal.state.bindings) == ["user0"]
    assert {intent.name for intent in stage.journal.state.intents.values()} == {"user0"}


@pytest.mark.parametrize("failure", [StateError("the disk is full"), SwapLost("somebody else wrote the state")])
@pytest.mark.parametrize(
    ("stage_of", "write", "made"),
    [
        # the first intents, so nothing was called; the first bindings with the next intents; the second ones
        (creating, 1, 0),
        (creating, 2, 2),
        (creating, 3, 4),
        (updating, 1, 0),
    ],
)
def test_a_state_that_cannot_be_written_ends_the_run_and_no_call_follows(
    failure: StateError, stage_of: Callable[[], Stage], write: int, made: int
) -> None:
    stage = stage_of()
    stage.journal.failures = [None] * (write - 1) + [failure]
    calls_at_failure: list[int] = []
    commit = stage.journal.commit

    def look(state: object) -> None:
        try:
            commit(state)  # type: ignore[arg-type]
        except StateError:
            calls_at_failure.append(len(stage.provider.calls))
            raise

    stage.journal.commit = look  # type: ignore[method-assign]

    execution = stage.run()

    assert execution.error is failure
    assert calls_at_failure == [len(stage.provider.calls)]
    assert len(stage.provider.made("add")) == made
    assert not execution.outcome.verified


def test_what_was_made_when_the_state_could_not_be_written_is_told_with_its_user() -> None:
    stage = creating()
    stage.journal.failures = [None, StateError("the disk is full")]

    outcome = stage.run().outcome

    assert [one.smtp_user_name for one in outcome.failed] == ["smtp001", "smtp002"]
    assert all(one.message for one in outcome.failed)


def test_a_listing_that_cannot_be_had_ends_the_creates_before_they_begin() -> None:
    stage = creating()
    stage.journal.state = replace(stage.journal.state, echoes_limits=False)

    def fail(kind: str) -> None:
        if kind == "list" and len(stage.provider.made("list")) == 1:
            raise ProviderError("no listing today")

    stage.provider.before_call = fail

    execution = stage.run()

    assert str(execution.error) == "no listing today"
    assert stage.provider.made("add") == []
    assert names(execution.outcome.not_attempted) == list(USERS)


def test_an_error_that_nobody_foresaw_is_not_swallowed() -> None:
    stage = updating()

    def fail(kind: str) -> None:
        if kind == "edit":
            raise ZeroDivisionError

    stage.provider.before_call = fail

    with pytest.raises(ZeroDivisionError):
        stage.run()
