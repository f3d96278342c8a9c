"""`apply` after a merge, or behind an environment's gate: what was reviewed, and nothing else."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from sarv_sync import apply_workflow
from sarv_sync.action.applying import check_state_stays, tell_outcome, tell_plan
from sarv_sync.action.checkout import read_checkout
from sarv_sync.action.drift_issue import DriftIssue
from sarv_sync.action.reviewed import Reviewed
from sarv_sync.action.settings import FROM_PULL_REQUEST, NO_PLAN, check_account_is_given
from sarv_sync.errors import EXIT_DONE, Fault, InputError, SarvSyncError
from sarv_sync.inputs import read_configuration
from sarv_sync.model.plan_document import load_plan
from sarv_sync.model.selection import check_alone, is_meant, limited_to
from sarv_sync.model.users import entry_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sarv_sync.action.desk import Desk
    from sarv_sync.action.report import Report
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.evidence import Timed
    from sarv_sync.model.outcome import Outcome
    from sarv_sync.model.plan import Change, Plan


def apply_step(desk: Desk, report: Report) -> None:
    """Apply what was reviewed, and tell. Afterwards what it has settled is tidied up."""
    check_account_is_given(desk.inputs.environment)
    configuration = read_configuration(desk.inputs, desk.flags.allow)
    check_state_stays(desk, configuration)
    reviewed = _reviewed(desk, configuration)
    consent = _consent(desk, reviewed, configuration)
    targets = consent.targets

    def ask(_: Plan) -> bool:
        """Go on: what `check` has let through was asked for where it was reviewed."""
        if reviewed is not None:
            _say_what_was_planned(desk, reviewed)
        return True

    approval = apply_workflow.Approval(lambda plan: tell_plan(desk, report, plan), ask, consent.check, consent.timed)
    execution = desk.commands.apply(desk.inputs, configuration, approval, targets, desk.flags)
    tell_outcome(desk, report, execution)
    if reviewed is not None:
        _tidy(report, lambda: reviewed.settle(_left_by(execution.outcome, targets)))
    if report.exit_code == EXIT_DONE and not targets:
        _tidy(report, DriftIssue(desk).close)


def _reviewed(desk: Desk, configuration: Configuration) -> Reviewed | None:
    if desk.settings.approved_plan != FROM_PULL_REQUEST:
        return None
    return Reviewed(desk, desk.open_api(), desk.reviews(configuration))


class _Consent(NamedTuple):
    """What checks that a plan was reviewed, what may be done because it is time, and the names that are applied."""

    check: Callable[[Plan], None]
    timed: Callable[[Timed, str], bool]
    targets: Sequence[str]


def _consent(desk: Desk, reviewed: Reviewed | None, configuration: Configuration) -> _Consent:
    """Return what stands for the consent of whoever reviewed the change."""
    named, flags = desk.settings.approved_plan, desk.flags
    saved = None if reviewed is not None or named == NO_PLAN else _saved_plan(desk, named)
    if saved is not None:
        check_alone(flags.wanted)
    targets = limited_to(configuration, flags.wanted) if saved is None else saved.targets
    of_files = apply_workflow.review_check(saved, flags.expect_digest)

    def check(now: Plan) -> None:
        of_files(now)
        if reviewed is not None:
            reviewed.check(now)

    timed = apply_workflow.review_timing(saved) if reviewed is None else reviewed.timed
    return _Consent(check, timed, targets)


def _say_what_was_planned(desk: Desk, reviewed: Reviewed) -> None:
    """Say it, if there is a checkout to tell by. What counts is that each change was shown."""
    with suppress(InputError):
        checkout = read_checkout(desk.inputs.directory, desk.inputs.environment)
        for line in reviewed.provenance(checkout.tree):
            desk.console.notice(line)


def _saved_plan(desk: Desk, named: str) -> Plan:
    path = desk.inputs.directory / named
    if not path.exists():
        hint = f"`approved-plan` is the path of a saved plan, or {FROM_PULL_REQUEST}, or {NO_PLAN}"
        raise InputError(f"there is no saved plan {named}", hint)
    return load_plan(path)


def _left_by(outcome: Outcome, targets: Sequence[str]) -> Callable[[Change], bool]:
    """Return what says of a change that it may still have to be made as was reviewed.

    To a user that is not as it should be a password is left to deliver, too. An owed delivery leaves nothing else.
    """
    undone = (*outcome.failed, *outcome.unknown, *outcome.not_attempted, *outcome.undelivered)
    users = {entry.name for entry in undone if entry.action != "deliver"}
    owed = {entry.name for entry in undone}
    blocked = {entry.name for entry in outcome.blocked}

    def is_left(change: Change) -> bool:
        names, entry = owed if change.action == "deliver" else users, entry_name(change.name)
        return change.name in names or entry in blocked or bool(targets and not is_meant(entry, targets))

    return is_left


def _tidy(report: Report, act: Callable[[], None]) -> None:
    """Do what is due after an apply. That is done, whatever comes of this."""
    try:
        act()
    except SarvSyncError as error:
        report.warnings.append(Fault(f"the apply is done, but: {error.message}", error.hint))
