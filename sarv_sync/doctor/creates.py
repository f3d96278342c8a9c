"""What earlier creates left open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.doctor.words import counted, few
from sarv_sync.errors import Fault
from sarv_sync.model.diagnosis import Finding
from sarv_sync.planning.health import check_listing
from sarv_sync.planning.ownership import Absent, Ambiguous, Found, Ownership, divide

if TYPE_CHECKING:
    from sarv_sync.model.state import Intent, State
    from sarv_sync.model.users import Listing
    from sarv_sync.planning.ownership import Resolution


def check_creates(state: State | str, listing: Listing | None, *, running: bool) -> Finding:
    """Name every create that is not finished, and every spare: as far as the account shows them.

    Those of a run that is at work (`running`) are its own business.
    """
    if isinstance(state, str):
        return Finding("creates", "skipped", state)
    if running:
        under_way = f"{counted(len(state.intents), 'create')} under way" if state.intents else "none is under way"
        return Finding("creates", "ok", f"{under_way}: left to the run that holds the lock")
    ownership = _ownership(state, listing)
    intents = sorted(state.intents.values(), key=lambda intent: intent.name)
    begun = [_begun(state, intent, ownership.creates.get(intent.name)) for intent in intents]
    spares = [_spare(user, given_up.name) for user, given_up in sorted(ownership.spares.items())]
    if not (begun or spares):
        return Finding("creates", "ok", "none was left unfinished, and no spare")
    counts = [f"{counted(len(begun), 'create')} not finished"] if begun else []
    counts += [counted(len(spares), "spare")] if spares else []
    stuck = any(isinstance(resolution, Ambiguous) for resolution in ownership.creates.values())
    remedy = "`sarv-sync apply` finishes what can be finished, uses spares first, and makes nothing twice"
    return Finding("creates", "failed" if stuck else "warning", ", ".join(counts), remedy, (*begun, *spares))


def _ownership(state: State, listing: Listing | None) -> Ownership:
    """Say whose the users of the account are. A listing that cannot be relied on says nothing."""
    if listing is None or check_listing(state, listing) is not None:
        return Ownership({}, {}, ())
    return divide(state, listing)


def _begun(state: State, intent: Intent, resolution: Resolution | None) -> Fault:
    name = intent.name
    if name in state.bindings:
        return Fault(f"{name}: its user {state.bindings[name].smtp_user_name} was made, and waits for its values")
    match resolution:
        case Found(user):
            return Fault(f"{name}: its create had no answer, and made {user}")
        case Ambiguous(candidates):
            return Fault(
                f"{name}: its create had no answer, and nothing proves which of these users it made, if any: "
                + few(candidates),
                f"look into the account; `sarv-sync state resolve {name} --adopt USER` takes one of them, "
                f"`sarv-sync state resolve {name} --abandon` none",
            )
        case Absent():
            return Fault(f"{name}: its create had no answer, and the account does not list its user")
        case None:
            return Fault(f"{name}: its create is not finished")


def _spare(user: str, name: str) -> Fault:
    return Fault(f"{user} is a spare: a create of {name} that had been given up made it after all")
