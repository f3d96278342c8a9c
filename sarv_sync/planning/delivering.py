"""Which passwords have to be delivered, and where to.

Delivery follows the level, not the edge: whenever a target does not hold the account's password.

::

    the target                                     deliver   drift               cause
    --------------------------------------------   -------   -----------------   ------
    of a user that is made, adopted, or rotated    yes       -                   config
    is not known to the state: a sink was added    yes       -                   config
    is owed the password: it never arrived         yes       undelivered         drift
    has a password that is no longer the user's    yes       password_changed    drift
    was seen to be gone                            yes (*)   undelivered         drift
    would be laid out in another way by now        yes       -                   config
    was seen to hold another                       yes (*)   undelivered         drift
    has one of which nothing can be told           no        -
    of a user whose listing lags                   no        -

(*) but not where only what was reviewed is done: whoever made that plan may not have been able to look there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sarv_sync.model.plan import Change, Drift, Refusal
from sarv_sync.model.users import entry_name
from sarv_sync.model.verifier import tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.evidence import Evidence, Target
    from sarv_sync.model.plan import Cause
    from sarv_sync.model.state import Binding, Delivery
    from sarv_sync.model.users import DesiredUser, ObservedUser
    from sarv_sync.planning.rotating import Rotations
    from sarv_sync.planning.situation import Situation

_Need = Literal["config", "undelivered", "password_changed"]

_NEW = frozenset({"create", "adopt", "rotate"})
_DRIFT: tuple[Literal["password_changed", "undelivered"], ...] = ("password_changed", "undelivered")


@dataclass(frozen=True, slots=True)
class Due:
    """The deliveries of a plan, and what they undo."""

    changes: tuple[Change, ...] = ()
    drift: tuple[Drift, ...] = ()


def deliveries(
    situation: Situation, rotated: Rotations, changes: Iterable[Change], left_out: frozenset[str], evidence: Evidence
) -> Due:
    """Return what has to be delivered once `changes` are made; nothing to a name that is `left_out`."""
    made = {change.name: change for change in changes}
    found: list[Change] = []
    drift: list[Drift] = []
    for user in situation.configuration.users.values():
        if user.name == rotated.serving(entry_name(user.name)) and user.name not in left_out:
            due = _due(user, situation, made.get(user.name), evidence)
            found += due.changes
            drift += due.drift
    return Due(tuple(found), tuple(drift))


def check_collisions(configuration: Configuration, evidence: Evidence) -> tuple[Refusal, ...]:
    """Refuse targets that two entries, or two sinks, share: one would overwrite what the other put there."""
    owner: dict[str, str] = {}
    for user in configuration.users.values():
        addresses = [target.address for target in evidence.routes.targets(user, None)]
        for address in addresses:
            first = owner.setdefault(address, user.name)
            if first != user.name and "{smtp_user_name}" not in address:
                return (_shared(f"{first} and {user.name} have", address),)
            if addresses.count(address) > 1:
                return (_shared(f"two sinks of {user.name} have", address),)
    return ()


def _shared(who: str, address: str) -> Refusal:
    return Refusal(
        "sinks",
        f"{who} the same target, {address}: one password would overwrite the other",
        "let the sink's template use {name}, or limit the sink by `only`",
    )


def _due(user: DesiredUser, situation: Situation, change: Change | None, evidence: Evidence) -> Due:
    if change is not None and change.action == "create":
        return _everywhere(user, None, evidence)
    binding = situation.state.bindings.get(user.name) or situation.state.removed.get(user.name)
    smtp_user_name = binding.smtp_user_name if binding is not None else None
    if binding is None and change is not None:
        smtp_user_name = change.smtp_user_name
    observed = situation.listing.users.get(smtp_user_name or "")
    if observed is None:
        return Due()
    if binding is None or (change is not None and change.action in _NEW):
        return _everywhere(user, observed.smtp_user_name, evidence)
    if lags(binding, observed, evidence):
        return Due()
    needs = _needs(user, binding, observed, evidence)
    return _change(user, observed.smtp_user_name, needs) if needs else Due()


def lags(binding: Binding, observed: ObservedUser, evidence: Evidence) -> bool:
    """Say whether the listing still shows the password from before it was changed: no reset gives that again.

    Delivered, it would take away the one that works.
    """
    former = binding.password.former
    if former is None:
        return False
    return tell(evidence.verifier, former, observed.smtp_user_name, observed.password) == "same"


def _everywhere(user: DesiredUser, smtp_user_name: str | None, evidence: Evidence) -> Due:
    """Deliver a password that is new to every target."""
    return _change(
        user, smtp_user_name, {one.address: "config" for one in evidence.routes.targets(user, smtp_user_name)}
    )


def _change(user: DesiredUser, smtp_user_name: str | None, needs: Mapping[str, _Need]) -> Due:
    if not needs:
        return Due()
    kinds = set(needs.values())
    causes: set[Cause] = {"config" if kind == "config" else "drift" for kind in kinds}
    cause: Cause = "both" if len(causes) > 1 else next(iter(causes))
    change = Change(user.name, "deliver", smtp_user_name, cause, source=user.source, sinks=tuple(sorted(needs)))
    drift = tuple(Drift(user.name, smtp_user_name or "", kind) for kind in _DRIFT if kind in kinds)
    return Due((change,), drift)


def _needs(user: DesiredUser, binding: Binding, observed: ObservedUser, evidence: Evidence) -> Mapping[str, _Need]:
    """Return why each target that needs the password does, by address."""
    known = {delivery.address: delivery for delivery in binding.password.deliveries}
    needs: dict[str, _Need] = {}
    for target in evidence.routes.targets(user, binding.smtp_user_name):
        need = _need(target, known.get(target.address), observed, evidence)
        if need is not None:
            needs[target.address] = need
    return needs


def _need(target: Target, delivery: Delivery | None, observed: ObservedUser, evidence: Evidence) -> _Need | None:
    if delivery is None:
        return "config"
    if delivery.verifier is None:
        return "undelivered"
    if tell(evidence.verifier, delivery.verifier, observed.smtp_user_name, observed.password) == "other":
        return "password_changed"
    sight = evidence.sights.get(target.address, "there")
    if sight == "gone" and evidence.timed("repair", target.address):
        return "undelivered"
    if delivery.form != target.form:  # then what is there looks like another password
        return "config"
    return "undelivered" if sight == "other" and evidence.timed("repair", target.address) else None
