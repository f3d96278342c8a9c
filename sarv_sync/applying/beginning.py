"""The part of a plan that happens in the state alone: renames, adoptions, forgetting, catching up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.applying.draft import Draft
from sarv_sync.model.state import Birthmark
from sarv_sync.planning.ownership import divide
from sarv_sync.planning.renames import moved

if TYPE_CHECKING:
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.state import State
    from sarv_sync.model.users import Listing, ObservedUser


def begin(state: State, plan: Plan, configuration: Configuration, listing: Listing) -> State:
    """Return `state` with everything of `plan` done that needs no call.

    The same as `state` if there is nothing of that kind. It is written before the first call: an adopted user is
    bound before it is edited.
    """
    moves = {change.name: change.renamed_from for change in plan.changes if change.renamed_from is not None}
    state = moved(state, moves)
    draft = Draft(state, configuration.users)
    spares = divide(state, listing).spares if state.retired else {}
    for change in plan.changes:
        if change.action == "forget" and change.smtp_user_name is not None:
            draft.let_go(change.name)
            draft.was_there(change.smtp_user_name)
        elif change.action == "adopt" and change.smtp_user_name is not None:
            _adopt(draft, state, change.name, listing.users[change.smtp_user_name])
        elif change.action == "disable" and change.smtp_user_name in spares:
            draft.use_spare(spares[change.smtp_user_name])
            draft.bind(change.name, change.smtp_user_name, listing.users[change.smtp_user_name].settings)
            # A removed user from the start: whatever the files say of vanished names is not about spares.
            draft.retire_user(change.name)
    _catch_up(draft, state, plan, configuration, listing)
    return draft.finish()


def _adopt(draft: Draft, state: State, name: str, observed: ObservedUser) -> None:
    """Bind the pinned user. A create of `name` that another user may still come of is given up, not forgotten."""
    values = observed.settings
    intent = state.creates_under_way().get(name)
    if intent is not None and intent.birthmark != Birthmark(values.total_limit, values.hourly_limit):
        draft.give_up(intent)
    draft.let_go(name)
    draft.bind(name, observed.smtp_user_name, values)


def _catch_up(draft: Draft, state: State, plan: Plan, configuration: Configuration, listing: Listing) -> None:
    """Note what is as it should be already, whoever did it.

    An earlier run may have died between a call and its record, and a person may have brought the file in line
    with the account, or the account with the file.
    """
    held_back = {blocked.name for blocked in plan.blocked}
    settled = held_back | {change.name for change in plan.changes}
    done: set[str] = set()
    for name, binding in state.bindings.items():
        observed = listing.users.get(binding.smtp_user_name)
        if name in settled or observed is None or (plan.targets and name not in plan.targets):
            continue
        desired = configuration.users.get(name)
        if desired is None:
            if observed.settings.status == "Disable":
                draft.retire_user(name)
            continue
        done.add(name)
        if observed.settings == desired.settings != binding.applied:
            draft.set_applied(name, desired.settings)
    draft.close_all(done)
    for name in state.removed.keys() & configuration.users.keys() - held_back:
        if not plan.targets or name in plan.targets:
            draft.bring_back(name)
