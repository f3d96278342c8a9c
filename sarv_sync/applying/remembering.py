"""What the state remembers of the applies that were made with it.

An apply is entered, with what it is about to do, by the first write that it makes; the last one says what became of
that. So a run that did not live to the end is there, too, and costs no write of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.model.state import PastChange, PastRun

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sarv_sync.model.outcome import Entry, Outcome
    from sarv_sync.model.plan import Change, Plan
    from sarv_sync.model.state import ChangeEnd, State

RUNS = 200
"""How many applies are remembered."""

CHANGES = 20_000
"""How many changes are, of all of them together: of older applies no more than that they were made is kept."""


def entered(state: State, plan: Plan, commit: str | None) -> State:
    """Return `state` with the apply that holds its lock, about to carry out `plan`, of files at `commit`."""
    lock = state.lock
    if lock is None or not plan.changes:
        return state
    changes = tuple(_planned(change) for change in plan.changes)
    run = PastRun(lock.id, lock.since, lock.holder, lock.command, commit, plan.digest, changes)
    return replace(state, history=_kept((*state.history, run)))


def concluded(state: State, outcome: Outcome) -> State:
    """Return `state` with what became of the changes of the apply that holds its lock."""
    if state.lock is None or not state.history or state.history[-1].id != state.lock.id:
        return state
    run, ends = state.history[-1], _ends(outcome)
    told = ((change, *ends.get((change.name, change.action == "deliver"), _NOT)) for change in run.changes)
    changes = tuple(_ended(change, end, user, state) for change, end, user in told)
    return replace(state, history=(*state.history[:-1], replace(run, changes=changes, finished=True)))


_NOT: tuple[ChangeEnd, str | None] = ("not_attempted", None)


def _planned(change: Change) -> PastChange:
    was = change.renamed_from or change.former
    return PastChange(change.name, change.action, change.smtp_user_name, "planned", change.fields, was)


def _ended(change: PastChange, end: ChangeEnd, smtp_user_name: str | None, state: State) -> PastChange:
    if end == "not_attempted" and change.action in {"rename", "adopt"} and change.name in state.bindings:
        end = "failed"  # the state has it, and the values were not set
    return replace(change, end=end, smtp_user_name=smtp_user_name or change.smtp_user_name)


def _ends(outcome: Outcome) -> dict[tuple[str, bool], tuple[ChangeEnd, str | None]]:
    """Return how each change ended and for which user, by its name and whether it is a delivery."""
    groups: tuple[tuple[ChangeEnd, Iterable[Entry]], ...] = (
        ("applied", (*outcome.applied, *outcome.delivered)),
        ("failed", (*outcome.failed, *outcome.undelivered)),
        ("unknown", outcome.unknown),
        ("not_attempted", outcome.not_attempted),
    )
    return {
        (entry.name, entry.action == "deliver"): (end, entry.smtp_user_name)
        for end, entries in groups
        for entry in entries
    }


def _kept(history: tuple[PastRun, ...]) -> tuple[PastRun, ...]:
    """Return the last runs, the changes of older ones left out where there are too many. The newest is kept whole."""
    kept: list[PastRun] = []
    room = CHANGES
    for run in reversed(history[-RUNS:]):
        if kept and len(run.changes) > room:
            room = 0
            run = replace(run, changes=(), left_out=run.left_out + len(run.changes))  # noqa: PLW2901
        room -= len(run.changes)
        kept.append(run)
    return tuple(reversed(kept))
