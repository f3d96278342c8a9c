"""Which new entries take a user that was retired long enough ago, where the files allow it.

Users cannot be deleted, so an account only ever grows; one that nobody has used for long may serve another entry,
with a new password. Longest retired goes first, to the first new entry by name: so a plan that was reviewed stays
what it is while more users come of age.

::

    the new entry                                    takes a retired user
    ----------------------------------------------   --------------------
    is to be created, and nothing is known of it     yes
    is pinned, returns, is renamed, or recreated     no: it has a user
    says `renamed_from` somebody whom nobody knows   no: it may have a user
    is being created already                         no: the create may have made one
    is the second user of an entry                   no

    the retired user
    ----------------------------------------------
    disabled, for that long, with a legible row      yes
    enabled again by another hand, or not listed     no
    pinned, or wanted by a name that comes back      no
    to be forgotten                                  no
    the first of two that are both retired           no: the second goes first
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.model.evidence import age
from sarv_sync.model.users import entry_name, is_second_name, second_name
from sarv_sync.planning.difference import changes_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.plan import Change
    from sarv_sync.model.state import Binding
    from sarv_sync.planning.situation import Situation


def with_recycled(changes: Sequence[Change], situation: Situation, evidence: Evidence) -> tuple[Change, ...]:
    """Return `changes` with retired users in place of those that would be made, as far as there are any."""
    if situation.configuration.recycle_after is None:
        return tuple(changes)
    wanting = sorted(change.name for change in changes if _may_take(change, situation, evidence))
    taken = dict(zip(wanting, _free(situation, evidence), strict=False))
    return tuple(
        _taking(change, taken[change.name], situation) if change.name in taken else change for change in changes
    )


def _may_take(change: Change, situation: Situation, evidence: Evidence) -> bool:
    new = change.action == "create" and change.cause == "config" and change.renamed_from is None
    known = change.name in situation.creates or change.name in situation.astray or is_second_name(change.name)
    return new and not known and evidence.timed("recycle", change.name)


def _free(situation: Situation, evidence: Evidence) -> list[str]:
    """Return the names whose users may be taken, longest retired first."""
    removed = situation.state.removed
    users = situation.configuration.users.values()
    pinned = {user.smtp_user_name for user in users} | {user.password.alternate_pin for user in users}
    loose = ((name, binding) for name, binding in removed.items() if binding.smtp_user_name not in pinned)
    names = [name for name, binding in loose if _is_free(name, binding, situation, evidence)]
    return sorted(names, key=lambda name: (removed[name].removed_at or "", name))


def _is_free(name: str, binding: Binding, situation: Situation, evidence: Evidence) -> bool:
    configuration = situation.configuration
    observed = situation.listing.users.get(binding.smtp_user_name)
    if observed is None or observed.settings.status != "Disable":
        return False
    entry = configuration.removed.get(entry_name(name))
    forgotten = entry is not None and entry.policy == "forget"
    wanted = entry_name(name) in configuration.users or name in situation.promised
    if forgotten or wanted or second_name(name) in situation.state.removed:
        return False
    old, least = age(evidence, binding.removed_at), configuration.recycle_after
    return old is not None and least is not None and old >= least


def _taking(change: Change, former: str, situation: Situation) -> Change:
    user = situation.configuration.users[change.name]
    observed = situation.listing.users[situation.state.removed[former].smtp_user_name]
    return replace(
        change,
        action="adopt",
        smtp_user_name=observed.smtp_user_name,
        fields=changes_to(user.settings, observed.settings),
        why="recycled",
        former=former,
    )
