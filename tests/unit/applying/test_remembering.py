"""What the state remembers of applies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sarv_sync.applying import remembering
from sarv_sync.errors import StateError
from sarv_sync.model.plan import FieldChange
from sarv_sync.model.state import Lock, PastChange
from tests.unit.applying.stage import (
    REFUSED,
    UNAUTHORIZED,
    Journal,
    Provider,
    Stage,
    entry,
    files,
    state,
    values,
)

if TYPE_CHECKING:
    from sarv_sync.model.state import PastRun, State

OLD, NEW = values(100, 10), values(5000, 200)
LOCK = Lock("run1", "ann on laptop", "sarv-sync apply", "2026-03-01T12:00:00Z", "2026-03-01T12:05:00Z")
RAISED = (FieldChange("total_limit", 100, 5000), FieldChange("hourly_limit", 10, 200))


def held(known: State, run: str = "run1") -> Journal:
    return Journal(replace(known, lock=replace(LOCK, id=run)))


def two_updates() -> Stage:
    return Stage(
        files(entry("a"), entry("b")),
        Provider({"smtp1": OLD, "smtp2": OLD}),
        held(state(a=("smtp1", OLD), b=("smtp2", OLD))),
    )


def last(stage: Stage) -> PastRun:
    return stage.journal.state.history[-1]


def test_an_apply_is_remembered_with_what_it_did_before_and_after() -> None:
    stage = two_updates()
    digest = stage.run().outcome.digest
    run = last(stage)
    assert (run.id, run.by, run.command, run.at) == (LOCK.id, LOCK.holder, LOCK.command, LOCK.since)
    assert (run.digest, run.finished, run.commit) == (digest, True, None)
    assert run.changes == (
        PastChange("a", "update", "smtp1", "applied", RAISED),
        PastChange("b", "update", "smtp2", "applied", RAISED),
    )


def test_what_failed_and_what_was_not_attempted_is_told_apart() -> None:
    stage = two_updates()
    stage.provider.edit_errors["smtp1"] = REFUSED
    stage.run()
    assert [change.end for change in last(stage).changes] == ["failed", "applied"]
    stage = two_updates()
    stage.provider.edit_errors["smtp1"] = UNAUTHORIZED
    stage.run()
    assert [change.end for change in last(stage).changes] == ["failed", "not_attempted"]


def test_a_create_is_remembered_with_the_user_that_came_of_it() -> None:
    stage = Stage(files(entry("a")), Provider(), held(state()))
    stage.run()
    [change] = last(stage).changes
    assert (change.action, change.smtp_user_name, change.end) == ("create", "smtp001", "applied")


def test_a_run_that_does_not_live_to_the_end_is_remembered_as_planned() -> None:
    stage = two_updates()
    stage.journal.failures = [None, StateError("the disk is full")]
    stage.run()
    written = stage.journal.writes[-1].history[-1]
    assert (written.finished, {change.end for change in written.changes}) == (False, {"planned"})


def test_a_run_without_changes_is_not_remembered() -> None:
    stage = Stage(files(entry("a")), Provider({"smtp1": NEW}), held(state(a=("smtp1", NEW))))
    stage.run()
    assert stage.journal.state.history == ()


def test_so_many_runs_and_changes_are_kept_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "RUNS", 3)
    monkeypatch.setattr(remembering, "CHANGES", 3)
    kept = two_updates()
    known = kept.journal.state
    plan = kept.plan()
    for number in range(5):
        known = remembering.entered(replace(known, lock=replace(LOCK, id=f"run{number}")), plan, "c0ffee")
    assert [(run.id, len(run.changes), run.left_out) for run in known.history] == [
        ("run2", 0, 2),
        ("run3", 0, 2),
        ("run4", 2, 0),
    ]
    assert {run.commit for run in known.history} == {"c0ffee"}


def test_a_rename_that_took_place_is_not_called_not_attempted() -> None:
    stage = Stage(
        files(entry("a"), entry("b", renamed_from="old")),
        Provider({"smtp1": OLD, "smtp2": OLD}),
        held(state(a=("smtp1", OLD), old=("smtp2", OLD))),
    )
    stage.provider.edit_errors["smtp1"] = UNAUTHORIZED
    stage.run()
    assert {change.name: change.end for change in last(stage).changes} == {"a": "failed", "b": "failed"}
    assert "b" in stage.journal.state.bindings
