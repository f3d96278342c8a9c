"""What becomes of a name that the files hold.

::

    bound      create open   the account                      verdict
    --------   -----------   ------------------------------   ------------------------------------------
    yes        no            lists it, as desired             nothing (rename, if the name is new)
    yes        no            lists it, otherwise              update (rename)
    yes        yes           lists it                         create, to be finished
    yes        either        does not list it                 blocked: missing; create under recreate: true
    retired    no            lists it                         update: a returning name gets its own user
    no         yes           one user has the birthmark       create, to be finished
    no         yes           several may be it                blocked: ambiguous
    no         no            -                                create, or take a retired user: see `recycling`
    no         no            its `renamed_from` is an entry   blocked: conflict
    no         no            its `renamed_from` is unknown    create, blocked where another name is gone
    taken      no            lists it                         adopt, to be finished
    pinned     no            lists the pinned user, loose     adopt
    pinned     yes           lists it, and proves no other    adopt: a person's word settles the create
    pinned     either        does not list it                 blocked: missing
    pinned     either        another name owns it             blocked: pin
    pinned     yes           another user has the birthmark   blocked: pin, as if bound to that one
    any of them              cannot read the user's row       blocked: unreadable

A create that an earlier run began stays a `create` of the same values until it is done, so that a plan that was
approved before a crash still covers it afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import Fault
from sarv_sync.model.plan import Change, Drift, FieldChange
from sarv_sync.model.users import FIELDS
from sarv_sync.planning import blocking
from sarv_sync.planning.difference import cause_of, changes_to, from_nothing
from sarv_sync.planning.ownership import Ambiguous, Found
from sarv_sync.planning.situation import Verdict

if TYPE_CHECKING:
    from sarv_sync.model.plan import Cause
    from sarv_sync.model.state import Binding
    from sarv_sync.model.users import DesiredUser, ObservedUser, Source
    from sarv_sync.planning.situation import Situation


def judge_desired(user: DesiredUser, situation: Situation) -> Verdict | None:
    """Return the verdict on an entry of the files, None if nothing is to be said."""
    name = user.name
    if name in situation.blocked_moves:
        return Verdict(blocked=blocking.rename_onto_user(name, situation.blocked_moves[name]))
    resolution = situation.ownership.creates.get(name)
    binding = situation.state.bindings.get(name) or situation.state.removed.get(name)
    own = resolution.smtp_user_name if isinstance(resolution, Found) else None
    own = own if binding is None else binding.smtp_user_name
    if own is not None and user.smtp_user_name not in {None, own}:
        return Verdict(
            blocked=blocking.pinned_elsewhere(name, own, str(user.smtp_user_name), _known_as(user, situation))
        )
    if binding is not None:
        return _judge_bound(user, binding, situation)
    if user.smtp_user_name is not None and own is None:
        return _judge_pinned(user, user.smtp_user_name, situation)
    if isinstance(resolution, Ambiguous):
        return Verdict(blocked=blocking.ambiguous(name, resolution.candidates, _known_as(user, situation)))
    return _judge_new(user, situation)


def _judge_new(user: DesiredUser, situation: Situation) -> Verdict:
    """Return the verdict on an entry that nothing is known of. A rename never makes a user, not by a slip either."""
    old = user.renamed_from
    if old is None or user.name in situation.creates:
        return Verdict(change=_create(user, "config", situation))
    if old in situation.configuration.users:
        return Verdict(blocked=blocking.renamed_from_entry(user.name, old))
    if user.name in situation.astray and situation.vanished:
        return Verdict(blocked=blocking.renamed_from_nobody(user.name, old, situation.vanished))
    warning = Fault(
        f"{user.name} says `renamed_from: {old}`, and nobody here is called that: it gets a new user",
        f"take `renamed_from` out of {user.name}, unless it is still needed for other accounts",
        *user.source,
    )
    return Verdict(change=_create(user, "config", situation), warning=warning)


def _recycled(user: DesiredUser, former: str, observed: ObservedUser, situation: Situation) -> Change:
    """Return what is left to be done with a retired user that the entry has taken: as it was planned at first."""
    fields = changes_to(user.settings, observed.settings)
    renamed_from = situation.moves.get(user.name)
    pin = observed.smtp_user_name
    return Change(user.name, "adopt", pin, "config", fields, user.source, renamed_from, why="recycled", former=former)


def _judge_bound(user: DesiredUser, binding: Binding, situation: Situation) -> Verdict | None:
    smtp_user_name = binding.smtp_user_name
    if smtp_user_name in situation.illegible:
        return Verdict(blocked=blocking.unreadable(user.name, smtp_user_name))
    observed = situation.listing.users.get(smtp_user_name)
    if observed is None:
        return _judge_missing(user, binding, situation)
    if binding.recycled_from is not None:
        return Verdict(change=_recycled(user, binding.recycled_from, observed, situation))
    if user.name in situation.creates:
        done = user.settings == observed.settings and user.name not in situation.moves
        return None if done else Verdict(change=_create(user, "config", situation))
    fields = changes_to(user.settings, observed.settings, user.ignore_changes)
    renamed_from = situation.moves.get(user.name)
    if not fields and renamed_from is None:
        return None
    change = Change(
        name=user.name,
        action="update" if renamed_from is None else "rename",
        smtp_user_name=smtp_user_name,
        cause=cause_of(fields, binding.applied),
        fields=fields,
        source=_source(user, fields),
        renamed_from=renamed_from,
        why="returning" if user.name in situation.state.removed else None,
    )
    return Verdict(change=change, drift=drift_of(user, binding, observed))


def _judge_missing(user: DesiredUser, binding: Binding, situation: Situation) -> Verdict:
    drift = Drift(user.name, binding.smtp_user_name, "missing")
    if user.recreate:
        return Verdict(change=_create(user, "drift", situation), drift=drift)
    held_as = _known_as(user, situation)
    return Verdict(blocked=blocking.missing(user.name, binding.smtp_user_name, held_as), drift=drift)


def _judge_pinned(user: DesiredUser, pin: str, situation: Situation) -> Verdict:
    owner = situation.owner_of.get(pin)
    if owner is not None:
        return Verdict(blocked=blocking.pin_taken(user.name, pin, owner))
    if pin in situation.illegible:
        return Verdict(blocked=blocking.unreadable(user.name, pin))
    observed = situation.listing.users.get(pin)
    if observed is None:
        return Verdict(blocked=blocking.pinned_missing(user.name, pin))
    fields = changes_to(user.settings, observed.settings, user.ignore_changes)
    renamed_from = situation.moves.get(user.name)
    return Verdict(change=Change(user.name, "adopt", pin, "config", fields, user.source, renamed_from))


def _create(user: DesiredUser, cause: Cause, situation: Situation) -> Change:
    return Change(
        name=user.name,
        action="create",
        smtp_user_name=None,
        cause=cause,
        fields=from_nothing(user.settings),
        source=user.source,
        renamed_from=situation.moves.get(user.name),
    )


def drift_of(user: DesiredUser, binding: Binding, observed: ObservedUser) -> Drift | None:
    """Return what moved in the account and is not what the files want by now."""
    if observed.settings == binding.applied:
        return None
    fields = tuple(
        FieldChange(field, last, seen)
        for field in FIELDS
        if (seen := observed.settings.get(field)) != (last := binding.applied.get(field))
        and seen != user.settings.get(field)
        and field not in user.ignore_changes
    )
    return Drift(user.name, binding.smtp_user_name, "changed", fields) if fields else None


def _source(user: DesiredUser, fields: tuple[FieldChange, ...]) -> Source:
    return user.field_sources[FIELDS.index(fields[0].field)] if fields else user.source


def _known_as(user: DesiredUser, situation: Situation) -> str:
    """Return the name that the state has for the user: a rename that is held back has not happened there."""
    return situation.moves.get(user.name, user.name)
