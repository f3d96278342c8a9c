"""Whole outputs, held against files. With `UPDATE_GOLDEN=1` in the environment, running this writes them anew."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from sarv_sync.model.plan_document import to_document
from sarv_sync.reporting.comment_markdown import comment
from sarv_sync.reporting.drift_document import drift_document
from sarv_sync.reporting.drift_markdown import drift_markdown
from sarv_sync.reporting.drift_text import drift_text
from sarv_sync.reporting.errors_document import error_document
from sarv_sync.reporting.errors_text import faults_text
from sarv_sync.reporting.explain_document import explain_document
from sarv_sync.reporting.explain_text import explain_text
from sarv_sync.reporting.extent import SUMMED_UP, extent_of
from sarv_sync.reporting.history_document import history_document
from sarv_sync.reporting.history_text import history_text, run_text
from sarv_sync.reporting.issue_markdown import Memory, issue
from sarv_sync.reporting.json_text import json_text
from sarv_sync.reporting.outcome_document import outcome_document
from sarv_sync.reporting.outcome_markdown import outcome_markdown
from sarv_sync.reporting.outcome_text import outcome_text
from sarv_sync.reporting.plan_markdown import plan_markdown
from sarv_sync.reporting.plan_text import plan_text
from sarv_sync.reporting.state_text import binding_text, bindings_text, state_text
from sarv_sync.reporting.style import Style
from sarv_sync.reporting.summary_markdown import failure_markdown
from tests.unit.reporting.sample_explanations import EXPLANATIONS, HISTORY, RUNS
from tests.unit.reporting.sample_github import COMMENT_PARTS, HEAD, ISSUE_MEMORY, ISSUE_WHERE, LATER, NOW
from tests.unit.reporting.sample_long_plan import LONG
from tests.unit.reporting.sample_outcomes import FAULTS, OUTCOMES, PASSWORDS_STATE, STATE
from tests.unit.reporting.sample_plans import MANY_DELIVERIES, PLANS

GOLDEN = Path(__file__).parents[2] / "golden" / "reporting"
TERMINAL = Style(color=False, width=80)

Make = Callable[[], str]


def _plan_cases() -> dict[str, Make]:
    cases: dict[str, Make] = {}
    for name, plan in PLANS.items():
        cases[f"plan_{name}.txt"] = partial(plan_text, plan, TERMINAL)
        cases[f"plan_{name}.md"] = partial(plan_markdown, plan)
        cases[f"plan_{name}.json"] = partial(json_text, to_document(plan, "0.1.0"))
        cases[f"drift_{name}.txt"] = partial(drift_text, plan, TERMINAL)
        cases[f"drift_{name}.md"] = partial(drift_markdown, plan)
        cases[f"drift_{name}.json"] = partial(json_text, drift_document(plan))
    cases["plan_mixed_color.txt"] = lambda: plan_text(PLANS["mixed"], Style(color=True, width=80))
    cases["plan_many_deliveries.txt"] = partial(plan_text, MANY_DELIVERIES, TERMINAL)
    cases["plan_long.txt"] = lambda: plan_text(LONG, TERMINAL, extent_of(LONG, full=False))
    cases["plan_long_color.txt"] = lambda: plan_text(LONG, Style(color=True, width=80), SUMMED_UP)
    cases["drift_long.txt"] = lambda: drift_text(LONG, TERMINAL, extent_of(LONG, full=False))
    cases["plan_many_deliveries.md"] = partial(plan_markdown, MANY_DELIVERIES)
    cases["plan_passwords_narrow.txt"] = lambda: plan_text(PLANS["passwords"], Style(color=False, width=60))
    cases["plan_mixed_narrow.txt"] = lambda: plan_text(PLANS["mixed"], Style(color=False, width=48))
    return cases


def _other_cases() -> dict[str, Make]:
    cases: dict[str, Make] = {}
    for name, outcome in OUTCOMES.items():
        cases[f"outcome_{name}.txt"] = partial(outcome_text, outcome, TERMINAL)
        cases[f"outcome_{name}.md"] = partial(outcome_markdown, outcome)
        cases[f"outcome_{name}.json"] = partial(json_text, outcome_document(outcome))
    cases["errors.txt"] = lambda: faults_text(FAULTS, TERMINAL)
    cases["errors.md"] = lambda: failure_markdown(FAULTS, "The plan could not be made")
    cases["comment.md"] = lambda: comment(COMMENT_PARTS, HEAD)
    cases["comment_cut.md"] = lambda: comment(COMMENT_PARTS, HEAD, 8_000)
    cases["issue.md"] = lambda: issue(PLANS["mixed"], ISSUE_WHERE, Memory(), NOW).body
    cases["issue_change.md"] = lambda: str(issue(PLANS["drifted"], ISSUE_WHERE, ISSUE_MEMORY, LATER).change)
    cases["errors.json"] = lambda: json_text(error_document(3, FAULTS))
    cases["state.txt"] = lambda: state_text(STATE, TERMINAL)
    cases["state_list.txt"] = lambda: bindings_text(STATE, TERMINAL)
    cases["state_passwords.txt"] = lambda: state_text(PASSWORDS_STATE, TERMINAL)
    cases["state_passwords_list.txt"] = lambda: bindings_text(PASSWORDS_STATE, TERMINAL)
    for name in PASSWORDS_STATE.bindings:
        cases[f"state_passwords_{name.replace('+', '_')}.txt"] = partial(
            binding_text, PASSWORDS_STATE, name, TERMINAL
        )
    for name, explanation in EXPLANATIONS.items():
        cases[f"explain_{name}.txt"] = partial(explain_text, explanation, TERMINAL)
    cases["explain_drifted.json"] = lambda: json_text(explain_document(EXPLANATIONS["drifted"]))
    cases["explain_drifted_color.txt"] = lambda: explain_text(EXPLANATIONS["drifted"], Style(color=True, width=80))
    cases["explain_drifted_narrow.txt"] = lambda: explain_text(EXPLANATIONS["drifted"], Style(color=False, width=48))
    for number, run in enumerate(RUNS):
        earlier = RUNS[number - 1] if number else None
        cases[f"history_run_{number + 1}.txt"] = partial(run_text, run, earlier, HISTORY, TERMINAL)
    cases["history.txt"] = lambda: history_text(RUNS[::-1], HISTORY, TERMINAL)
    cases["history.json"] = lambda: json_text(history_document(HISTORY, RUNS[::-1]))
    cases["state_show.txt"] = lambda: binding_text(STATE, "billing", TERMINAL)
    return cases


CASES = {**_plan_cases(), **_other_cases()}


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_output_is_the_golden_one(name: str) -> None:
    made = f"{CASES[name]()}\n"
    golden = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(made, encoding="utf-8")
    assert made == golden.read_text(encoding="utf-8")


def test_every_golden_file_has_a_case() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(CASES)
