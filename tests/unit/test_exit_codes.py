"""Which exit code tells what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sarv_sync import apply_workflow, workflow
from sarv_sync.applying.executor import Execution
from sarv_sync.errors import (
    EXIT_CHANGES,
    EXIT_DONE,
    EXIT_INCOMPLETE,
    EXIT_INTERRUPTED,
    EXIT_REFUSED,
    Interrupted,
)
from sarv_sync.model.outcome import Entry, Outcome
from sarv_sync.model.plan import Blocked, Drift, Plan, Refusal
from tests.unit.applying.stage import ACCOUNT, UNHEARD

ENTRY = Entry("billing", "update", "smtp1", "why")
DONE = Outcome("sha256:0", applied=(ENTRY,), verified=True)
HELD = (Blocked("orders", "missing", "it is missing", "look for it"),)


@pytest.mark.parametrize(
    ("execution", "code"),
    [
        (Execution(DONE), EXIT_DONE),
        (Execution(replace(DONE, blocked=HELD)), EXIT_REFUSED),
        (Execution(replace(DONE, failed=(ENTRY,))), EXIT_INCOMPLETE),
        (Execution(replace(DONE, unknown=(ENTRY,))), EXIT_INCOMPLETE),
        (Execution(replace(DONE, not_attempted=(ENTRY,), blocked=HELD)), EXIT_INCOMPLETE),
        (Execution(replace(DONE, undelivered=(ENTRY,))), EXIT_INCOMPLETE),
        (Execution(replace(DONE, verified=False)), EXIT_INCOMPLETE),
        (Execution(DONE, UNHEARD), EXIT_INCOMPLETE),
        (Execution(replace(DONE, blocked=HELD), Interrupted("stopped")), EXIT_INTERRUPTED),
    ],
)
def test_exit_codes_of_an_apply(execution: Execution, code: int) -> None:
    assert apply_workflow.exit_code(execution) == code


PLAN = Plan(ACCOUNT, "sha256:0")
DRIFT = (Drift("billing", "smtp1", "missing"),)


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (PLAN, EXIT_DONE),
        (replace(PLAN, blocked=(Blocked("orders", "unreadable", "its row is not legible", "wait"),)), EXIT_REFUSED),
        (replace(PLAN, drift=DRIFT), EXIT_CHANGES),
        (replace(PLAN, drift=DRIFT, blocked=HELD), EXIT_CHANGES),
        (replace(PLAN, refusals=(Refusal("unmanaged", "a stranger", "adopt it"),)), EXIT_CHANGES),
        (replace(PLAN, refusals=(Refusal("guard", "too many", "raise it"),)), EXIT_DONE),
        (replace(PLAN, refusals=(Refusal("listing", "a bad one", "try later"),)), EXIT_REFUSED),
    ],
)
def test_exit_codes_of_drift(plan: Plan, code: int) -> None:
    assert workflow.drift_exit_code(plan) == code
