"""What the steps that write to the account have in common: where the state is, and how they tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync import apply_workflow
from sarv_sync.errors import EXIT_INTERRUPTED, EXIT_REFUSED, InputError
from sarv_sync.reporting.outcome_markdown import outcome_markdown
from sarv_sync.reporting.outcome_text import outcome_text
from sarv_sync.reporting.plan_text import plan_text
from sarv_sync.reporting.summary_markdown import plan_summary

if TYPE_CHECKING:
    from sarv_sync.action.desk import Desk
    from sarv_sync.action.report import Report
    from sarv_sync.applying.executor import Execution
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Plan


def check_state_stays(desk: Desk, configuration: Configuration) -> None:
    """Raise `InputError` where the state would go with the checkout, and the next run would make every user again.

    A workflow that keeps the file itself says so, by naming the backend.
    """
    options = (desk.inputs.setting("SARV_STATE_OPTIONS") or "").splitlines()
    named = any(line.strip().startswith("backend=") for line in options)
    if configuration.state.backend == "local" and not named:
        raise InputError(
            "the state is a file of this job's checkout, and would be lost with it",
            "keep it in the repository: `sarv-sync state migrate --to git`, and the input `state-options: "
            "backend=git`; a workflow that keeps the file itself sets `state-options: backend=local`",
        )


def tell_plan(desk: Desk, report: Report, plan: Plan) -> None:
    """Tell what is going to be done."""
    report.plan(plan)
    report.summaries[:] = [lambda limit: plan_summary(plan, limit)]
    desk.console.result(plan_text(plan, desk.console.style()))


def tell_outcome(desk: Desk, report: Report, execution: Execution) -> None:
    """Tell what was done, in place of what was going to be."""
    outcome = execution.outcome
    report.outcome(outcome)
    report.summaries[:] = [lambda limit: outcome_markdown(outcome, limit)]
    desk.console.result("\n" + outcome_text(outcome, desk.console.style()))
    code = apply_workflow.exit_code(execution)
    reasons = {EXIT_REFUSED: "blocked", EXIT_INTERRUPTED: "interrupted"}
    error = execution.error
    report.end(code, error.reason if error is not None else reasons.get(code, "incomplete"))
