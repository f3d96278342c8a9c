"""Carrying out a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sarv_sync.applying.beginning import begin
from sarv_sync.applying.creation import create_users
from sarv_sync.applying.editing import edit_existing
from sarv_sync.applying.ledger import Ledger
from sarv_sync.applying.proof import prove
from sarv_sync.applying.recovery import bind_found
from sarv_sync.applying.run import Halt, Latest, Run
from sarv_sync.errors import SarvSyncError
from sarv_sync.model.outcome import Outcome

if TYPE_CHECKING:
    from sarv_sync.applying.interface import Journal
    from sarv_sync.applying.run import Surroundings
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.users import Listing


@dataclass(frozen=True, slots=True)
class Execution:
    """What an apply did, and the error that ended it early, if one did."""

    outcome: Outcome
    error: SarvSyncError | None = None


def execute(
    plan: Plan, configuration: Configuration, listing: Listing, journal: Journal, world: Surroundings
) -> Execution:
    """Carry out `plan`, which was made from `listing` and the journal's state, and prove the result.

    A change that fails does not stop the others. Refused credentials, a state that cannot be written and a signal
    do: what was done by then is in the outcome, the reason in the error.
    """
    ledger = Ledger(plan.changes, world.observer)
    latest = Latest(listing, world.clock.now())
    run = Run(plan, listing, configuration, journal, ledger, world, Halt(), latest)
    error = _guarded(run)
    verified = False
    if error is None:
        try:
            # A create left open may have made a user that nobody has looked after yet.
            verified = prove(run) and not _open_creates(run)
        except SarvSyncError as failure:
            error = failure
    outcome = Outcome(
        digest=plan.digest,
        applied=ledger.entries("applied"),
        failed=ledger.entries("failed"),
        unknown=ledger.entries("unknown"),
        not_attempted=ledger.entries(None),
        blocked=plan.blocked,
        verified=verified,
    )
    return Execution(outcome, error)


def _guarded(run: Run) -> SarvSyncError | None:
    try:
        _carry_out(run)
    except SarvSyncError as error:
        return error
    return None


def _carry_out(run: Run) -> None:
    run.check_stop()
    state = run.journal.state
    begun = begin(state, run.plan, run.configuration, run.listing)
    if begun != state:
        run.journal.commit(begun)
    _note_state_changes(run)
    started = run.world.clock.now()
    bind_found(run, _open_creates(run))
    edit_existing(run, [change for change in run.plan.changes if change.action != "create" and change.fields])
    creates = [change for change in run.plan.changes if change.action == "create"]
    unheard = _open_creates(run) - run.journal.state.bindings.keys()
    create_users(run, creates, unheard, started)


def _note_state_changes(run: Run) -> None:
    for change in run.plan.changes:
        if change.action != "create" and not change.fields:
            run.ledger.applied(change.name, change.smtp_user_name)


def _open_creates(run: Run) -> set[str]:
    """Return the names of the creates that an earlier run left open and that this one may settle."""
    held_back = {blocked.name for blocked in run.plan.blocked}
    names = {intent.name for intent in run.journal.state.intents.values()} - held_back
    return names & set(run.plan.targets) if run.plan.targets else names
