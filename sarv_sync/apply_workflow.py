"""The use case `apply`: what has to be approved, how it is carried out, and how that ended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.applying.beginning import begin, with_census
from sarv_sync.applying.executor import Execution, execute
from sarv_sync.applying.looking import check_sinks
from sarv_sync.applying.run import list_account
from sarv_sync.config.refused import faults_of
from sarv_sync.errors import (
    EXIT_DONE,
    EXIT_INCOMPLETE,
    EXIT_INTERRUPTED,
    EXIT_REFUSED,
    Fault,
    InputError,
    Interrupted,
    Refused,
)
from sarv_sync.model.outcome import Outcome
from sarv_sync.planning.approval import check_approved, check_digest, is_genuine, timed_by
from sarv_sync.planning.planner import make_plan
from sarv_sync.planning.rotating import rotations
from sarv_sync.planning.taking_up import taken_up
from sarv_sync.state.journal import hold, read_contents
from sarv_sync.values import dataclass
from sarv_sync.workflow import evidence_for, look_at, whenever

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from sarv_sync.applying.run import Surroundings
    from sarv_sync.model.evidence import Timed
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.rotation import RotationRequest
    from sarv_sync.model.state import State
    from sarv_sync.state.journal import Holder
    from sarv_sync.state.journal import Surroundings as StateSurroundings
    from sarv_sync.workflow import Look, Project


def _anything(_: Plan) -> None:
    """Have nothing against a plan."""


@dataclass(frozen=True, slots=True)
class Approval:
    """What stands for a person's consent: what `check` knows to be reviewed, or the answer of `ask`.

    `show` is given the plan first, whatever comes of it. `check` raises `Refused` for a plan that holds anything
    which was not reviewed; it is called again with the plan as it is under the lock. `ask` raises `Refused` where
    there is nobody to ask. `timed` says what may be done of itself, see `model.evidence`.
    """

    show: Callable[[Plan], None]
    ask: Callable[[Plan], bool]
    check: Callable[[Plan], None] = _anything
    timed: Callable[[Timed, str], bool] = whenever


@dataclass(frozen=True, slots=True)
class Means:
    """What an apply works with: in whose name the lock is taken, and the world as calls and state see it.

    Inside `uninterrupted` a signal must not break off what is being written: it sets the world's stop.
    """

    holder: Holder
    world: Surroundings
    state_world: StateSurroundings
    uninterrupted: Callable[[], AbstractContextManager[None]]


def apply(
    project: Project,
    approval: Approval,
    targets: Sequence[str],
    means: Means,
    rotation: RotationRequest | None = None,
) -> Execution:
    """Make the account as the files want it, and prove it; with a `rotation`, only change the passwords it is about.

    Plans, has the plan approved, then plans again under the lock and goes on only if nothing new came up
    meanwhile. Raises `Refused` before anything is done if the apply must not go on, and the error that ended the
    run if it ended before anything was done; otherwise the execution tells.
    """
    state, found = read_contents(project.store, project.account)
    look = look_at(project, state, targets, rotation, approval.timed)
    shown = look.plan
    approval.show(shown)
    _check(project, shown, approval)
    if not shown.changes and _nothing_to_note(project, state, look):
        return Execution(_nothing_done(shown))
    if shown.changes and not approval.ask(shown):
        raise Refused("the plan was not approved, so nothing was done", reason="not-approved")
    held = hold(project.store, project.account, means.holder, means.state_world, found)
    with means.uninterrupted(), held as journal:
        listing = list_account(means.world, journal)
        evidence = replace(
            evidence_for(project, journal.state, rotation, approval.timed), sights=look.evidence.sights
        )
        now = make_plan(project.configuration, project.account, journal.state, listing, targets, evidence)
        _check(project, now, approval)
        check_approved(now, shown)
        check_sinks(now, project.configuration, project.passwords.outlets, means.world, journal)
        execution = execute(now, project.configuration, listing, journal, means.world, evidence)
        told = replace(execution, outcome=replace(execution.outcome, rotation=rotation is not None))
    return _told(project, now, told)


def review_check(reviewed: Plan | None, digest: str | None) -> Callable[[Plan], None]:
    """Return the check that a plan holds nothing but what a saved plan does, and has just this digest, if given."""

    def check(now: Plan) -> None:
        if reviewed is not None:
            check_approved(now, reviewed)
        if digest is not None:
            check_digest(now, digest)

    return check


def review_timing(reviewed: Plan | None) -> Callable[[Timed, str], bool]:
    """Return what lets things be done of themselves: anything, but of a saved plan only what it does."""
    return whenever if reviewed is None else timed_by(reviewed)


def check_saved(saved: Plan) -> None:
    """Raise `InputError` for a saved plan that does not have the digest it says."""
    if not is_genuine(saved):
        raise InputError("the saved plan does not have the digest it says", "it was edited or damaged: plan again")


def exit_code(execution: Execution) -> int:
    """Return the contract's exit code for what an apply did."""
    if isinstance(execution.error, Interrupted):
        return EXIT_INTERRUPTED
    if execution.error is not None or not execution.outcome.complete:
        return EXIT_INCOMPLETE
    return EXIT_REFUSED if execution.outcome.blocked else EXIT_DONE


def _check(project: Project, now: Plan, approval: Approval) -> None:
    """Raise `Refused` for everything that forbids carrying out `now`."""
    if now.refusals:
        faults = faults_of(now.refusals, project.configuration)
        raise Refused("the apply was refused", faults=faults, reason=now.refusals[0].reason)
    approval.check(now)


def _nothing_to_note(project: Project, state: State, look: Look) -> bool:
    if state.intents:
        return False
    known = taken_up(state, look.listing, look.evidence)
    rotated = rotations(project.configuration, known, look.listing, look.evidence, frozenset(look.plan.targets))
    begun = begin(state, look.plan, rotated, look.listing, look.evidence)
    if state.census is None:
        return begun == state  # the first census goes along with the first thing that is done
    return with_census(state, begun, rotated.configuration, look.listing, look.evidence) == state


def _nothing_done(shown: Plan) -> Outcome:
    """The listing that the plan was made from shows every user as desired: that is the proof."""
    return Outcome(shown.digest, blocked=shown.blocked, verified=True, rotation=shown.rotation is not None)


def _told(project: Project, now: Plan, execution: Execution) -> Execution:
    """Add the warnings an execution ends with; raise its error if that came before anything was done."""
    outcome, error = execution.outcome, execution.error
    touched = (*outcome.applied, *outcome.failed, *outcome.unknown, *outcome.delivered, *outcome.undelivered)
    if error is not None and not touched:
        raise error
    warnings = list(error.faults) if error is not None else []
    taken = {change.name for change in now.changes if change.why == "recycled"}
    made = sum(1 for entry in outcome.applied if entry.action == "create" or entry.name in taken)
    if made and not project.configuration.sinks:
        passwords = "the password of 1 new user was" if made == 1 else f"the passwords of {made} new users were"
        warnings.append(
            Fault(
                f"no `credentials:` sink is configured: {passwords} delivered nowhere",
                "nothing is lost: the account keeps them, and once a sink is configured, apply delivers them to it",
            )
        )
    return Execution(replace(outcome, warnings=(*outcome.warnings, *warnings)), error)
