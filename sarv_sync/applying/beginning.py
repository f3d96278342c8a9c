"""The part of a plan that happens in the state alone: renames, adoptions, forgetting, catching up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.applying.draft import Draft
from sarv_sync.applying.editing import applied_values
from sarv_sync.applying.records import only_at, owing
from sarv_sync.model.evidence import NOTHING_KNOWN
from sarv_sync.model.state import Birthmark
from sarv_sync.model.users import entry_name
from sarv_sync.planning.difference import changes_to
from sarv_sync.planning.ownership import divide
from sarv_sync.planning.renames import moved
from sarv_sync.planning.taking_up import taken_up
from sarv_sync.planning.unmanaged import taken_down

if TYPE_CHECKING:
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.state import State
    from sarv_sync.model.users import Listing, ObservedUser
    from sarv_sync.planning.rotating import Rotations


def begin(
    state: State, plan: Plan, rotated: Rotations, listing: Listing, evidence: Evidence = NOTHING_KNOWN
) -> State:
    """Return `state` with everything of `plan` done that needs no call. `rotated` has the files that it was made of.

    The same as `state` if there is nothing of that kind. It is written before the first call: an adopted user is
    bound before it is edited.
    """
    moves = {change.name: change.renamed_from for change in plan.changes if change.renamed_from is not None}
    configuration = rotated.configuration
    state = moved(taken_up(state, listing, evidence), moves)
    draft = Draft(state, configuration.users, evidence, rotated.serves)
    spares = divide(state, listing).spares if state.retired else {}
    for change in plan.changes:
        if change.action == "forget" and change.smtp_user_name is not None:
            draft.let_go(change.name)
            draft.was_there(change.smtp_user_name)
        elif change.why == "recycled" and change.former is not None:
            if not draft.is_bound(change.name):
                user = state.removed[change.former].smtp_user_name
                draft.recycle(change.name, change.former, listing.users[user].settings)
        elif change.action == "adopt" and change.smtp_user_name is not None:
            _adopt(draft, state, change.name, listing.users[change.smtp_user_name])
        elif change.action == "disable" and change.smtp_user_name in spares:
            draft.use_spare(spares[change.smtp_user_name])
            draft.bind(change.name, change.smtp_user_name, listing.users[change.smtp_user_name].settings)
            # A removed user from the start: whatever the files say of vanished names is not about spares.
            draft.retire_user(change.name)
    _catch_up(draft, state, plan, configuration, listing)
    for name, entry in configuration.users.items():
        if entry.renamed_from is None and draft.is_bound(name):
            draft.forget_rename(name)
    _note_passwords(draft, plan, rotated, evidence)
    if configuration.recycle_after is not None:
        draft.date_retired()
    return draft.finish()


def with_census(
    state: State, begun: State, configuration: Configuration, listing: Listing, evidence: Evidence = NOTHING_KNOWN
) -> State:
    """Return `begun`, which `begin` made of `state`, with the users that no entry owns taken down as told of."""
    if evidence.request is not None:
        return begun  # a rotation says nothing of who else is there
    return replace(begun, census=taken_down(configuration, state, begun, listing))


def _note_passwords(draft: Draft, plan: Plan, rotated: Rotations, evidence: Evidence) -> None:
    """Note what is owed to which target before it is delivered, and let go of targets that are none any more."""
    if evidence.now is None:
        return
    held_back = {blocked.name for blocked in plan.blocked}
    due = {change.name: change for change in plan.changes if change.action == "deliver"}
    for name, user in rotated.configuration.users.items():
        serves = draft.is_bound(name) and name == rotated.serving(entry_name(name))
        if not serves or name in held_back or not _is_chosen(name, plan):
            continue
        targets = evidence.routes.targets(user, draft.smtp_user_name(name))
        wanted = due[name].sinks if name in due else ()
        record = only_at(draft.record(name), frozenset(target.address for target in targets))
        record = owing(record, [target for target in targets if target.address in wanted])
        if record.since is None and (targets or user.password.every is not None):
            record = replace(record, since=evidence.moment)
        if name in rotated.turns:
            draft.set_record(name, record)
        else:
            draft.set_record(name, replace(record, left=None))
            draft.hand_over(name)


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
    settled = held_back | {change.name for change in plan.changes if change.action != "deliver"}
    back = [name for name in state.removed.keys() & configuration.users.keys() - held_back if _is_chosen(name, plan)]
    for name in back:
        draft.bring_back(name)
    done: set[str] = set()
    for name, binding in (*state.bindings.items(), *((name, state.removed[name]) for name in back)):
        observed = listing.users.get(binding.smtp_user_name)
        if name in settled or observed is None or not _is_chosen(name, plan):
            continue
        desired = configuration.users.get(name)
        if desired is None:
            if observed.settings.status == "Disable":
                draft.retire_user(name)
            continue
        done.add(name)
        if not changes_to(desired.settings, observed.settings, desired.ignore_changes):
            draft.set_applied(name, applied_values(desired, binding.applied))
    draft.close_all(done)


def _is_chosen(name: str, plan: Plan) -> bool:
    return not plan.targets or entry_name(name) in plan.targets
