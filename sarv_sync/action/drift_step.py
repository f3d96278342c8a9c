"""`drift` by schedule: one issue for each main file, opened, kept and closed as the account drifts and comes back.

And, if that is asked for, one pull request that accepts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sarv_sync import workflow
from sarv_sync.action.accepting import Accepting
from sarv_sync.action.drift_issue import DriftIssue
from sarv_sync.action.settings import check_account_is_given
from sarv_sync.config.refused import faults_of
from sarv_sync.errors import EXIT_CHANGES, EXIT_DONE, EXIT_ERROR, Fault, GitHubError, Refused, SarvSyncError
from sarv_sync.inputs import read_configuration
from sarv_sync.monitoring.notification import URLS, open_notifier
from sarv_sync.monitoring.outlets import open_outlets
from sarv_sync.monitoring.telling import Telling
from sarv_sync.reporting.drift_notice import drift_notice
from sarv_sync.reporting.drift_text import drift_text
from sarv_sync.reporting.summary_markdown import drift_summary
from sarv_sync.wiring import open_project

if TYPE_CHECKING:
    from sarv_sync.action.desk import Desk
    from sarv_sync.action.report import Report
    from sarv_sync.model.plan import Plan
    from sarv_sync.workflow import Project


def drift_step(desk: Desk, report: Report) -> None:
    """Look for drift, keep the issue, tell whoever wants to know. What could not be compared leaves it alone."""
    inputs, flags, console = desk.inputs, desk.flags, desk.console
    urls = inputs.setting(URLS)
    notifier = open_notifier(urls, console.scrubber) if urls else None
    outlets = open_outlets(flags.metrics, flags.pushgateway, inputs.setting, console.scrubber)
    telling = Telling(desk.main_file, outlets, console.complain)
    try:
        seen = _check(desk, report, telling)
    except Exception as error:
        telling.record_failure(error)
        raise
    if report.exit_code == EXIT_DONE:
        DriftIssue(desk).close()
        Accepting(desk).close(report)
    elif report.exit_code == EXIT_CHANGES and _is_believed(seen.plan):
        pull_url = _propose(desk, report, seen)
        report.changes_pass = desk.settings.issue or pull_url is not None
        if _is_news(desk, report, seen.plan, pull_url) and notifier is not None:
            telling.announce(notifier, *drift_notice(seen.plan, desk.main_file))
    if telling.failed and report.exit_code in {EXIT_DONE, EXIT_CHANGES}:
        report.end(EXIT_ERROR, "error")  # nobody will be told of this drift again


class _Seen(NamedTuple):
    project: Project
    plan: Plan


def _check(desk: Desk, report: Report, telling: Telling) -> _Seen:
    check_account_is_given(desk.inputs.environment)
    inputs, console = desk.inputs, desk.console
    configuration = read_configuration(inputs)
    project = open_project(inputs, configuration, console.scrubber, console.notice)
    plan = workflow.plan(project)
    _check_something_was_applied(project)
    report.plan(plan)
    report.summaries.append(lambda limit: drift_summary(plan, limit))
    console.result(drift_text(plan, console.style()))
    code = workflow.drift_exit_code(plan)
    report.end(code, "blocked")
    report.shown += [Fault(f"{entry.name}: blocked: {entry.message}", entry.hint) for entry in plan.blocked]
    report.shown += faults_of(plan.refusals, configuration)
    telling.record(code, plan, len(configuration.users))
    return _Seen(project, plan)


def _check_something_was_applied(project: Project) -> None:
    """Raise `Refused` where users are wanted and there is no state: nobody knows what they were like when applied.

    That none of them is known to have changed must not close an issue.
    """
    if project.configuration.users and project.store.version() is None:
        raise Refused(
            f"there is no state at {project.store.describe()}, so nothing can be held against what was applied",
            "run the first apply; if there was one, the state is lost: `sarv-sync export` helps to bring it back",
            reason="state",
        )


def _is_believed(plan: Plan) -> bool:
    """Say whether listing and state can be relied on. Where every user is missing, more likely they cannot."""
    return not any(refusal.reason in {"listing", "state"} for refusal in plan.refusals)


def _propose(desk: Desk, report: Report, seen: _Seen) -> str | None:
    """Propose to accept the drift; return where. What fails here keeps nobody from hearing of the drift."""
    try:
        return Accepting(desk).propose(seen.project, seen.plan, report)
    except SarvSyncError as error:
        report.fail(error)
        return None


def _is_news(desk: Desk, report: Report, plan: Plan, pull_url: str | None) -> bool:
    """Keep the issue; say whether people should hear of the drift. Where the issue cannot be kept, they should."""
    try:
        return DriftIssue(desk, pull_url).keep(plan)
    except GitHubError as error:
        report.fail(error)
        return True
