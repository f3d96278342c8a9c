"""Carrying out a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.applying.beginning import begin, with_census
from sarv_sync.applying.creation import create_users
from sarv_sync.applying.delivery import deliver_passwords
from sarv_sync.applying.editing import edit_existing
from sarv_sync.applying.ledger import Ledger
from sarv_sync.applying.post import Post
from sarv_sync.applying.proof import prove
from sarv_sync.applying.recovery import bind_found
from sarv_sync.applying.recycling import recycle_users
from sarv_sync.applying.remembering import concluded, entered
from sarv_sync.applying.rotation import rotate_passwords
from sarv_sync.applying.run import Halt, Latest, Run
from sarv_sync.errors import ProviderError, SarvSyncError
from sarv_sync.model.evidence import NOTHING_KNOWN
from sarv_sync.model.outcome import Entry, Outcome
from sarv_sync.model.users import entry_name
from sarv_sync.planning.rotating import rotations
from sarv_sync.planning.taking_up import taken_up
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.applying.interface import Journal
    from sarv_sync.applying.run import Surroundings
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.plan import Change, Plan
    from sarv_sync.model.users import Listing


@dataclass(frozen=True, slots=True)
class Execution:
    """What an apply did, and the error that ended it early, if one did."""

    outcome: Outcome
    error: SarvSyncError | None = None


def execute(  # noqa: PLR0913, PLR0917 - the plan, and all that it was made of
    plan: Plan,
    configuration: Configuration,
    listing: Listing,
    journal: Journal,
    world: Surroundings,
    evidence: Evidence = NOTHING_KNOWN,
) -> Execution:
    """Carry out `plan`, made from `listing`, the journal's state and `evidence`, and prove the result.

    A change that fails does not stop the others. Refused credentials, a state that cannot be written and a signal
    do: what was done by then is in the outcome, the reason in the error.
    """
    run = _new_run(plan, configuration, listing, journal, world, evidence)
    ledger = run.ledger
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
        not_attempted=(*ledger.entries(None), *_not_delivered(run)),
        delivered=run.post.entries(delivered=True),
        undelivered=run.post.entries(delivered=False),
        blocked=plan.blocked,
        verified=verified,
    )
    journal.stage(concluded(journal.state, outcome))
    return Execution(outcome, error)


def _new_run(  # noqa: PLR0913, PLR0917 - what `execute` is given
    plan: Plan,
    configuration: Configuration,
    listing: Listing,
    journal: Journal,
    world: Surroundings,
    evidence: Evidence,
) -> Run:
    world.observer.began(len(plan.changes), sum(_calls(change) for change in plan.changes))
    known = taken_up(journal.state, listing, evidence)
    rotated = rotations(configuration, known, listing, evidence, frozenset(plan.targets))
    return Run(
        plan=plan,
        listing=listing,
        configuration=rotated.configuration,
        journal=journal,
        ledger=Ledger([change for change in plan.changes if change.action != "deliver"], world.observer),
        world=world,
        halt=Halt(),
        latest=Latest(listing, world.clock.now()),
        post=Post([change for change in plan.changes if change.action == "deliver"], world.observer),
        rotated=rotated,
        evidence=evidence,
    )


def _calls(change: Change) -> int:
    """Count the calls of a change that goes well: a create is an add and, nearly always, an edit."""
    if change.action == "create":
        return 2
    if change.why == "recycled":
        return 1 + len({field.field == "status" for field in change.fields})
    return 1 if change.fields or change.action in {"rotate", "deliver"} else 0


def _not_delivered(run: Run) -> tuple[Entry, ...]:
    """Return the deliveries that never began, of users to which nothing else happened or should have."""
    return tuple(
        Entry(name, "deliver", change.smtp_user_name)
        for name, change in sorted(run.post.changes.items())
        if run.post.is_open(name) and (run.ledger.end_of(name) == "applied" or not run.ledger.knows(name))
    )


def _guarded(run: Run) -> SarvSyncError | None:
    try:
        _carry_out(run)
    except SarvSyncError as error:
        return error
    return None


def _carry_out(run: Run) -> None:
    run.check_stop()
    state = run.journal.state
    begun = begin(state, run.plan, run.rotated, run.listing, run.evidence)
    told = with_census(state, begun, run.configuration, run.listing, run.evidence)
    told = entered(told, run.plan, run.world.commit)
    if begun != state:
        run.journal.commit(told)
    else:
        run.journal.stage(told)
    _note_state_changes(run)
    started = run.world.clock.now()
    bind_found(run, _open_creates(run))
    edits = [change for change in run.plan.changes if _is_edit(change) and change.fields]
    edit_existing(run, edits)
    creates = [change for change in run.plan.changes if change.action == "create"]
    unheard = _open_creates(run) - run.journal.state.bindings.keys()
    try:
        create_users(run, creates, unheard, started)
    except ProviderError:
        # What was made all the same has a password that somebody waits for.
        if run.halt.error is None:
            deliver_passwords(run)
        raise
    recycle_users(run, [change for change in run.plan.changes if change.why == "recycled"])
    rotate_passwords(run, [change for change in run.plan.changes if change.action == "rotate"])
    deliver_passwords(run)


def _is_edit(change: Change) -> bool:
    """Say whether a change is made by an edit, or in the state, alone."""
    return change.action not in {"create", "rotate", "deliver"} and change.why != "recycled"


def _note_state_changes(run: Run) -> None:
    for change in run.plan.changes:
        if _is_edit(change) and not change.fields:
            run.ledger.applied(change.name, change.smtp_user_name)


def _open_creates(run: Run) -> set[str]:
    """Return the names of the creates that an earlier run left open and that this one may settle."""
    held_back = {blocked.name for blocked in run.plan.blocked}
    names = {intent.name for intent in run.journal.state.intents.values()} - held_back
    return {name for name in names if not run.plan.targets or entry_name(name) in run.plan.targets}
