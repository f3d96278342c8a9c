"""Which passwords have to be delivered, and where to.

Delivery follows the level, not the edge: whenever a target does not hold the account's password.

::

    the target                                     deliver   drift               cause
    --------------------------------------------   -------   -----------------   ------
    of a user that is made, adopted, or rotated    yes       -                   config
    is not known to the state: a sink was added    yes       -                   config
    is owed the password: it never arrived         yes       undelivered         drift
    has a password that is no longer the user's    yes (*)   password_changed    drift
    was seen to be gone                            yes (*)   undelivered         drift
    would be laid out in another way by now        yes       -                   config
    was seen to hold another                       yes (*)   undelivered         drift
    has one of which nothing can be told           no        -
    of a user whose listing lags                   no        -

(*) but not where only what was reviewed is done: whoever made that plan may not have been able to see it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from sarv_sync.model.plan import Change, Drift, Refusal
from sarv_sync.model.users import entry_name
from sarv_sync.model.verifier import tell
from sarv_sync.planning.taking_up import lags
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.evidence import Evidence, Routes, Target
    from sarv_sync.model.plan import Cause, DriftKind
    from sarv_sync.model.state import Binding, Delivery
    from sarv_sync.model.users import DesiredUser, ObservedUser
    from sarv_sync.planning.rotating import Rotations
    from sarv_sync.planning.situation import Situation

_Need = Literal["config", "layout", "owed", "undelivered", "password_changed"]

_NEW = frozenset({"create", "adopt", "rotate"})
_DRIFT: dict[_Need, DriftKind] = {
    "password_changed": "password_changed",
    "undelivered": "undelivered",
    "owed": "undelivered",
}
_REPAIRS: frozenset[_Need] = frozenset({"password_changed", "undelivered"})


@dataclass(frozen=True, slots=True)
class Due:
    """The deliveries of a plan, what they undo, and the names whose repair waits, since nobody has reviewed it.

    `faults` are the reasons for which targets have no address, each with a name it holds for; `stray` the addresses
    that are no longer delivered to and may still hold a password that works.
    """

    changes: tuple[Change, ...] = ()
    drift: tuple[Drift, ...] = ()
    held: frozenset[str] = frozenset()
    faults: tuple[tuple[str, str], ...] = ()
    stray: tuple[str, ...] = ()


_NOTHING = Due()


class _Own:
    """The targets of a user as it is known to the state. Asking for targets costs, so it is done once for a user."""

    __slots__ = ("_known_as", "_routes", "_user", "targets")

    def __init__(self, user: DesiredUser, binding: Binding | None, routes: Routes) -> None:
        self._user = user
        self._routes = routes
        self._known_as = None if binding is None else binding.smtp_user_name
        self.targets = routes.targets(user, self._known_as)

    def by(self, smtp_user_name: str | None) -> tuple[Target, ...]:
        """Return the targets of the user when it is called so by the provider."""
        return self.targets if smtp_user_name == self._known_as else self._routes.targets(self._user, smtp_user_name)


def deliveries(
    situation: Situation, rotated: Rotations, changes: Iterable[Change], left_out: frozenset[str], evidence: Evidence
) -> Due:
    """Return what has to be delivered once `changes` are made; nothing to a name that is `left_out`."""
    bindings, anywhere = situation.state.bindings, evidence.delivers
    made = {change.name: change for change in changes} if anywhere else {}
    found: list[Due] = []
    faults: dict[str, tuple[str, int]] = {}
    stray: dict[str, list[str]] = {}
    users = situation.configuration.users
    # What was delivered while there were sinks is left behind where there is none any more.
    for name in users if anywhere else [name for name in situation.recorded if name in users]:
        user, binding = users[name], bindings.get(name)
        own = _Own(user, binding, evidence.routes)
        _take_down_faults(name, own.targets, faults)
        if name != rotated.serving(entry_name(name)):
            continue
        if binding is not None and name not in rotated.turns and (left := _stray(binding, own.targets)):
            stray[name] = left
        if name not in left_out and (due := _due(user, situation, made.get(name), evidence, own)) is not _NOTHING:
            found.append(due)
    return Due(
        changes=tuple(change for due in found for change in due.changes),
        drift=tuple(drift for due in found for drift in due.drift),
        held=frozenset(name for due in found for name in due.held),
        faults=tuple((fault, faults[fault][0]) for fault in sorted(faults, key=faults.__getitem__)),
        stray=tuple(address for name in sorted(stray) for address in stray[name]),
    )


def _take_down_faults(name: str, targets: Iterable[Target], faults: dict[str, tuple[str, int]]) -> None:
    """Add why targets have no address: each reason once, with the first name that it holds for."""
    for place, target in enumerate(targets):
        if target.fault is not None:
            faults[target.fault] = min(faults.get(target.fault, (name, place)), (name, place))


def _stray(binding: Binding, targets: Iterable[Target]) -> list[str]:
    """Return the addresses that hold the password of a user and are none of its targets any more."""
    wanted = {target.address for target in targets}
    deliveries = binding.password.deliveries
    return [one.address for one in deliveries if one.verifier is not None and one.address not in wanted]


def check_collisions(configuration: Configuration, evidence: Evidence) -> tuple[Refusal, ...]:
    """Refuse targets that two entries, or two sinks, share: one would overwrite what the other put there."""
    owner: dict[str, str] = {}
    if not evidence.delivers:
        return ()
    for user in configuration.users.values():
        targets = evidence.routes.targets(user, None)
        addresses = [place for target in targets for place in target.places or (target.address,)]
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


def _due(user: DesiredUser, situation: Situation, change: Change | None, evidence: Evidence, own: _Own) -> Due:
    if change is not None and change.action == "create":
        return _everywhere(user, None, own)
    binding = situation.state.bindings.get(user.name) or situation.state.removed.get(user.name)
    smtp_user_name = binding.smtp_user_name if binding is not None else None
    if binding is None and change is not None:
        smtp_user_name = change.smtp_user_name
    observed = situation.listing.users.get(smtp_user_name or "")
    if observed is None:
        return _NOTHING
    if binding is None or (change is not None and change.action in _NEW):
        return _everywhere(user, observed.smtp_user_name, own)
    if lags(binding, observed, evidence):
        return _NOTHING
    needs = _needs(own.by(binding.smtp_user_name), binding, observed, evidence)
    if not needs:
        return _NOTHING
    done = {target: need for target, need in needs.items() if need not in _REPAIRS or _may_repair(target, evidence)}
    due = _change(user, observed.smtp_user_name, done)
    held = frozenset({user.name}) if len(done) < len(needs) else frozenset()
    return replace(due, drift=_change(user, observed.smtp_user_name, needs).drift, held=held)


def _may_repair(target: Target, evidence: Evidence) -> bool:
    """Say whether somebody else's doing may be undone. An owed password is none, and its target was reviewed then."""
    return evidence.timed("repair", target.address)


def _everywhere(user: DesiredUser, smtp_user_name: str | None, own: _Own) -> Due:
    """Deliver a password that is new to every target."""
    return _change(user, smtp_user_name, dict.fromkeys(own.by(smtp_user_name), "config"))


def _change(user: DesiredUser, smtp_user_name: str | None, needs: Mapping[Target, _Need]) -> Due:
    if not needs:
        return _NOTHING
    kinds = set(needs.values())
    causes: set[Cause] = {"config" if kind in {"config", "layout"} else "drift" for kind in kinds}
    targets = sorted(needs, key=lambda target: target.address)
    change = Change(
        name=user.name,
        action="deliver",
        smtp_user_name=smtp_user_name,
        cause="both" if len(causes) > 1 else next(iter(causes)),
        source=user.source,
        sinks=tuple(target.address for target in targets),
        forms=tuple(target.form for target in targets),
        why="layout" if kinds == {"layout"} else None,
    )
    found = {_DRIFT[kind]: None for kind in _DRIFT if kind in kinds}
    drift = tuple(Drift(user.name, smtp_user_name or "", kind) for kind in found)
    return Due((change,), drift)


def _needs(
    targets: Iterable[Target], binding: Binding, observed: ObservedUser, evidence: Evidence
) -> dict[Target, _Need]:
    """Return why each of `targets` that needs the password does."""
    known = {delivery.address: delivery for delivery in binding.password.deliveries}
    needs: dict[Target, _Need] = {}
    for target in targets:
        need = _need(target, known.get(target.address), observed, evidence)
        if need is not None:
            needs[target] = need
    return needs


def _need(target: Target, delivery: Delivery | None, observed: ObservedUser, evidence: Evidence) -> _Need | None:
    if delivery is None:
        return "config"
    if delivery.verifier is None:
        return "owed"
    sight = evidence.sights.get(target.address, "there")
    if tell(evidence.verifier, delivery.verifier, observed.smtp_user_name, observed.password) == "other":
        return "password_changed"
    if sight == "gone":
        return "undelivered"
    if delivery.form != target.form:  # then what is there looks like another password
        return "layout"
    return "undelivered" if sight == "other" else None
