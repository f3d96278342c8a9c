"""Calls that are under way, or have not begun, when a run ends."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from sarv_sync.applying.line import Line
from sarv_sync.errors import Interrupted
from sarv_sync.model.state import Birthmark, Intent
from tests.unit.applying.stage import Journal, Provider, Stage, entry, files, names, state, values

OLD = values(100, 10)


def hang(stage: Stage, kind: str) -> threading.Event:
    """Let the first call of a kind never be answered, and the run be asked to stop while it is under way."""
    release = threading.Event()

    def look(called: str) -> None:
        if called == kind:
            stage.watcher.stopped = True
            release.wait()

    stage.provider.before_call = look
    stage.grace = 0.01
    return release


def test_a_create_that_is_not_answered_any_more_stays_open() -> None:
    stage = Stage(files(entry("billing")))
    release = hang(stage, "add")

    execution = stage.run()
    release.set()

    assert isinstance(execution.error, Interrupted)
    assert names(execution.outcome.unknown) == ["billing"]
    assert "under way" in (execution.outcome.unknown[0].message or "")
    assert [intent.name for intent in stage.journal.state.intents.values()] == ["billing"]


def test_an_edit_that_is_not_answered_any_more_is_not_recorded() -> None:
    stage = Stage(files(entry("billing")), Provider({"smtp1": OLD}), Journal(state(billing=("smtp1", OLD))))
    release = hang(stage, "edit")

    execution = stage.run()
    release.set()

    assert names(execution.outcome.unknown) == ["billing"]
    assert stage.journal.state.bindings["billing"].applied == OLD


def test_a_last_edit_that_had_not_begun_is_left_to_the_next_run() -> None:
    born = values(1234, 7)
    journal = Journal(
        replace(
            state(ann=("smtp1", born), bob=("smtp2", born)),
            intents={name: Intent(name, name, Birthmark(1234, 7), "l") for name in ("ann", "bob")},
            listings={"l": ()},
        )
    )
    stage = Stage(files(entry("ann"), entry("bob")), Provider({"smtp1": born, "smtp2": born}), journal)

    def stop(kind: str) -> None:
        stage.watcher.stopped = kind == "edit"

    stage.provider.before_call = stop

    stage.run()

    assert len(stage.provider.made("edit")) == 1
    assert [intent.name for intent in stage.journal.state.intents.values()] == ["bob"]


def test_where_limits_are_not_echoed_no_create_begins_while_another_is_under_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage(files(*(entry(f"user{number}") for number in range(8))), parallelism=2)
    stage.journal.state = replace(stage.journal.state, echoes_limits=False)
    asked = threading.Event()
    more = Line._more
    add = stage.provider.add_user

    def watched(line: Line) -> object:
        if line._under_way:
            asked.set()
        return more(line)

    def add_user(total_limit: int, hourly_limit: int) -> object:
        if len(stage.provider.made("add")) == 3:
            assert asked.wait(10)
        return add(total_limit, hourly_limit)

    monkeypatch.setattr(Line, "_more", watched)
    stage.provider.add_user = add_user  # type: ignore[assignment, method-assign]

    assert stage.run().outcome.verified

    assert asked.is_set()
    assert len(stage.provider.users) == 8
