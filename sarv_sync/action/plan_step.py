"""`plan` in a pull request: shown in log, summary and comment, and kept, signed, for the apply after the merge."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from sarv_sync import __version__, workflow
from sarv_sync.action.checkout import read_checkout
from sarv_sync.action.commenting import Commenting
from sarv_sync.action.settings import check_account_is_given
from sarv_sync.config.refused import faults_of
from sarv_sync.errors import EXIT_CHANGES, EXIT_DONE, EXIT_REFUSED, InputError, SarvSyncError
from sarv_sync.inputs import read_configuration
from sarv_sync.model.plan_document import to_document
from sarv_sync.model.review import Review
from sarv_sync.model.selection import limited_to
from sarv_sync.reporting.cutting import cut
from sarv_sync.reporting.json_text import json_text
from sarv_sync.reporting.plan_text import plan_text
from sarv_sync.reporting.summary_markdown import plan_summary
from sarv_sync.values import dataclass
from sarv_sync.wiring import open_project

if TYPE_CHECKING:
    from sarv_sync.action.desk import Desk
    from sarv_sync.action.report import Report
    from sarv_sync.github.context import PullRequest
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Plan


@dataclass(frozen=True, slots=True)
class _Made:
    """A plan, from which files; `age` is that of the snapshot it was made from, None for the live account."""

    plan: Plan
    configuration: Configuration
    age: str | None


def plan_step(desk: Desk, report: Report) -> None:
    """Plan, and tell everybody. A plan that apply would refuse as a whole fails the step, so that it gets mended."""
    report.changes_pass = True
    commenting = Commenting(desk)
    commenting.begin()
    try:
        made = _make(desk)
    except SarvSyncError as error:
        commenting.fail(desk.console.scrubbed(error.faults))
        raise
    plan = made.plan
    report.plan(plan)
    report.planned(plan)
    report.summaries.append(lambda limit: plan_summary(plan, limit))
    if made.age is not None:
        _tell_age(desk, report, made.age)
    desk.console.result(plan_text(plan, desk.console.style()))
    report.outputs["plan-file"] = str(_save(desk, plan))
    report.end(EXIT_CHANGES if plan.pending else EXIT_DONE)
    if plan.refusals:
        report.end(EXIT_REFUSED, plan.refusals[0].reason)
        report.shown += faults_of(plan.refusals, made.configuration)
    commenting.show(plan, made.age)
    _keep(desk, made)  # only what was shown can have been reviewed


def _make(desk: Desk) -> _Made:
    inputs, console = desk.inputs, desk.console
    configuration = read_configuration(inputs, desk.flags.allow)
    targets = limited_to(configuration, desk.flags.wanted)
    if desk.settings.snapshot is None:
        check_account_is_given(inputs.environment)
        project = open_project(inputs, configuration, console.scrubber, console.notice)
        return _Made(workflow.plan(project, targets), configuration, None)
    from sarv_sync.snapshots.opening import plan_from_snapshot

    plan, age = plan_from_snapshot(inputs, configuration, desk.settings.snapshot, targets, desk.world.now())
    return _Made(plan, configuration, age)


def _tell_age(desk: Desk, report: Report, age: str) -> None:
    said = f"made from a snapshot of the account that is {age} old; apply needs a plan that was made with the token"
    report.summaries.insert(0, lambda limit: cut(f"{said[0].upper()}{said[1:]}.", limit, "see the log"))
    desk.console.notice(said)


def _save(desk: Desk, plan: Plan) -> Path:
    named = desk.settings.plan_file
    path = desk.inputs.directory / named if named else _fresh_file(desk.inputs.setting("RUNNER_TEMP"))
    _check_no_link_leads_away(path, desk.context.workspace)
    temporary = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with temporary.open("x", encoding="utf-8") as file:
            file.write(json_text(to_document(plan, __version__)) + "\n")
        temporary.replace(path)  # a link in its place is replaced, and not followed
    except OSError as error:
        raise SarvSyncError(f"cannot save the plan to {path}: {error.strerror}", "name another `plan-file`") from None
    return path


def _check_no_link_leads_away(path: Path, workspace: Path) -> None:
    """Raise `InputError` if a folder of the checkout, which may be a stranger's, leads out of it."""
    root, folder = os.path.realpath(workspace), os.path.normpath(path.parent)
    claims = any(Path(folder).is_relative_to(each) for each in (os.path.normpath(workspace), root))
    if claims and not Path(os.path.realpath(folder)).is_relative_to(root):
        raise InputError(f"the folder of `plan-file` {path} leads out of the checkout", "name another `plan-file`")


def _fresh_file(temporary: str | None) -> Path:
    """Return a file that nothing else writes, in the runner's folder for what the job leaves behind."""
    return Path(tempfile.mkdtemp(prefix="sarv-sync-plan-", dir=temporary), "plan.json")


def _keep(desk: Desk, made: _Made) -> None:
    """Keep the plan for the apply after the merge, signed. Without the token there is nothing to sign it with."""
    pull, plan = desk.context.pull_request, made.plan
    if pull is None or made.age is not None or not desk.settings.keep_plan:
        return
    review, reviews = _review(desk, pull, plan), desk.reviews(made.configuration)
    try:
        if plan.changes and not plan.refusals:
            reviews.keep(review)
        else:
            reviews.withdraw(review)
    except InputError:
        raise
    except SarvSyncError as error:
        message = f"the plan could not be kept for the apply after the merge: {error.message}"
        hint = "let the job write where the state is, or set `keep-plan: false` and approve plans another way"
        raise type(error)(message, error.hint or hint) from None


def _review(desk: Desk, pull: PullRequest, plan: Plan) -> Review:
    checkout = read_checkout(desk.inputs.directory, desk.inputs.environment)
    return Review(
        repository=desk.context.repository,
        pull_request=pull.number,
        head=pull.head_sha,
        commit=checkout.commit,
        tree=checkout.tree,
        configuration=desk.main_file,
        plan=plan,
    )
