"""What becomes of a name that the files no longer hold.

::

    policy     the user                       verdict
    --------   ----------------------------   -----------------------------
    disable    enabled                        disable
    disable    disabled already               nothing
    disable    not listed                     blocked: missing
    disable    its row cannot be read         blocked: unreadable
    forget     any                            forget
    forbid     bound                          blocked
    any        perhaps renamed by a slip      blocked: conflict
    any        retired before, enabled again  disable, as a repair of drift
    any        retired before, not listed     a warning
    any        being created, not found yet   a warning; blocked if it is ambiguous

A user that an unanswered create is proven to have made counts as bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import Fault
from sarv_sync.model.plan import Change, Drift, FieldChange
from sarv_sync.model.users import FIELDS, entry_name
from sarv_sync.planning import blocking
from sarv_sync.planning.ownership import Ambiguous, Found
from sarv_sync.planning.situation import Verdict

if TYPE_CHECKING:
    from sarv_sync.model.configuration import Removal
    from sarv_sync.model.plan import Cause
    from sarv_sync.model.state import Binding
    from sarv_sync.model.users import ObservedUser, Source
    from sarv_sync.planning.situation import Situation


def judge_removed(name: str, situation: Situation) -> Verdict | None:
    """Return the verdict on a name that is bound, retired or being created, and that no entry holds any more."""
    binding = situation.state.bindings.get(name)
    if situation.astray and name in situation.vanished:
        return Verdict(blocked=blocking.perhaps_renamed(name, *min(situation.astray.items())))
    if binding is not None:
        return _judge_bound(name, binding, situation)
    retired = situation.state.removed.get(name)
    if retired is not None:
        return _judge_retired(name, retired, situation)
    return _judge_unfinished(name, situation)


def _judge_bound(name: str, binding: Binding, situation: Situation) -> Verdict | None:
    smtp_user_name = binding.smtp_user_name
    policy = _policy(name, situation)
    if policy == "forbid":
        return Verdict(blocked=blocking.removal_forbidden(name, smtp_user_name))
    if policy == "forget":
        return Verdict(change=_forget(name, smtp_user_name, situation))
    if smtp_user_name in situation.illegible:
        return Verdict(blocked=blocking.unreadable(name, smtp_user_name))
    observed = situation.listing.users.get(smtp_user_name)
    if observed is None:
        drift = Drift(name, smtp_user_name, "missing")
        return Verdict(blocked=blocking.gone_and_missing(name, smtp_user_name), drift=drift)
    drift_found = None if name in situation.creates else drift_of(name, binding, observed)
    if observed.settings.status == "Disable":
        return Verdict(drift=drift_found) if drift_found else None
    cause: Cause = "drift" if binding.applied.status == "Disable" else "config"
    return Verdict(change=_disable(name, smtp_user_name, cause, situation), drift=drift_found)


def _judge_retired(name: str, binding: Binding, situation: Situation) -> Verdict | None:
    smtp_user_name = binding.smtp_user_name
    entry = situation.configuration.removed.get(entry_name(name))
    if entry is not None and entry.policy == "forget":
        return Verdict(change=_forget(name, smtp_user_name, situation))
    observed = situation.listing.users.get(smtp_user_name)
    if smtp_user_name in situation.illegible:
        return Verdict(warning=Fault(f"{name} was retired, and its user's row for {smtp_user_name} cannot be read"))
    if observed is None:
        return Verdict(warning=Fault(f"{name} was retired, and the account does not list its user {smtp_user_name}"))
    if observed.settings.status == "Disable":
        return None
    drift = Drift(name, smtp_user_name, "changed", (FieldChange("status", "Disable", "Enable"),))
    return Verdict(change=_disable(name, smtp_user_name, "drift", situation), drift=drift)


def _judge_unfinished(name: str, situation: Situation) -> Verdict:
    match situation.ownership.creates[name]:
        case Found(smtp_user_name):
            return _judge_found(name, smtp_user_name, situation)
        case Ambiguous(candidates):
            return Verdict(blocked=blocking.ambiguous(name, candidates, name))
    message = f"a create of {name} had no answer and its entry is gone"
    return Verdict(warning=Fault(message, "the next apply makes sure that no user came of it"))


def _judge_found(name: str, smtp_user_name: str, situation: Situation) -> Verdict:
    policy = _policy(name, situation)
    if policy == "forbid":
        return Verdict(blocked=blocking.removal_forbidden(name, smtp_user_name))
    if policy == "forget":
        return Verdict(change=_forget(name, smtp_user_name, situation))
    if situation.listing.users[smtp_user_name].settings.status == "Disable":
        message = f"a create of {name} had no answer, and its entry is gone; {smtp_user_name}, disabled, came of it"
        return Verdict(warning=Fault(message, "the next apply notes it as removed"))
    return Verdict(change=_disable(name, smtp_user_name, "config", situation))


def _policy(name: str, situation: Situation) -> Removal:
    entry = situation.configuration.removed.get(entry_name(name))
    return situation.configuration.on_removal if entry is None else entry.policy


def _forget(name: str, smtp_user_name: str, situation: Situation) -> Change:
    return Change(name, "forget", smtp_user_name, "config", (), _source(name, situation))


def _disable(name: str, smtp_user_name: str, cause: Cause, situation: Situation) -> Change:
    fields = (FieldChange("status", "Enable", "Disable"),)
    return Change(name, "disable", smtp_user_name, cause, fields, _source(name, situation))


def _source(name: str, situation: Situation) -> Source | None:
    entry = situation.configuration.removed.get(entry_name(name))
    return None if entry is None else entry.source


def drift_of(name: str, binding: Binding, observed: ObservedUser, *, goes: bool = True) -> Drift | None:
    """Return what moved in the account; a user that `goes` and is disabled already is as it is meant to become."""
    if observed.settings == binding.applied:
        return None
    fields = tuple(
        FieldChange(field, last, seen)
        for field in FIELDS
        if (seen := observed.settings.get(field)) != (last := binding.applied.get(field))
        and not (goes and seen == "Disable")
    )
    return Drift(name, binding.smtp_user_name, "changed", fields) if fields else None
