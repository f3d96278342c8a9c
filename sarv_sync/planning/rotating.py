"""Whose password is to be changed, and why.

::

    reason    the password is to be changed because
    -------   -----------------------------------------------------------------------
    asked     `rotate` names the user
    version   `password_version` is above the one that the password was made for
    age       it is older than `rotate: {every: …}`, and nobody objects to the time

What is merely old waits where there is no room under `max_rotations`: the oldest go first.
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, Literal

from sarv_sync.model.evidence import age
from sarv_sync.model.users import NO_POLICY, entry_name, is_second_name, second_name
from sarv_sync.planning import blocking
from sarv_sync.planning.guards import allowed_by
from sarv_sync.planning.turns import pair_of, users_of
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.plan import Blocked
    from sarv_sync.model.rotation import RotationRequest
    from sarv_sync.model.state import Binding, PasswordRecord, State
    from sarv_sync.model.users import DesiredUser, Listing
    from sarv_sync.planning.turns import Pair

Reason = Literal["asked", "version", "age"]

_EMPTY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rotations:
    """The files with both users of the entries that have two, and whose password is to be changed.

    `serves` names the user whose password the targets are to hold in the end, by entry, where that is not the entry's
    only one; `turns` are the users to get a new password, by their names in the state; `wanted` the entries that were
    to have one, even if something is in the way. `unfinished` are users that have not wholly taken over yet,
    `leaving` ones that have served, `kept` those that are left enabled all the same, with the reason. `waiting`
    passwords are due by age and have no room, `held` ones are not to be changed merely for that.
    """

    configuration: Configuration
    serves: Mapping[str, str] = field(default_factory=dict)
    turns: Mapping[str, Reason] = field(default_factory=dict)
    wanted: frozenset[str] = _EMPTY
    unfinished: frozenset[str] = _EMPTY
    leaving: frozenset[str] = _EMPTY
    kept: Mapping[str, str] = field(default_factory=dict)
    blocked: tuple[Blocked, ...] = ()
    waiting: int = 0
    held: int = 0

    def serving(self, entry: str) -> str:
        """Return the user whose password the targets of `entry` are to hold."""
        return self.serves.get(entry, entry)


@dataclass(frozen=True, slots=True)
class _View:
    """What every entry is looked at with.

    `creates` are the names that are being made, `doubled` the entries of which a second user is known.
    """

    state: State
    listing: Listing
    evidence: Evidence
    creates: frozenset[str]
    doubled: frozenset[str]


@dataclass(slots=True)
class _Case:
    user: DesiredUser
    pair: Pair | None
    reason: Reason | None
    since: str
    wanted: bool = False
    blocked: Blocked | None = None

    @property
    def slot(self) -> str:
        if self.pair is None:
            return self.user.name
        return self.pair.other if self.user.password.rotation == "alternate" else self.pair.serves


def rotations(
    configuration: Configuration, state: State, listing: Listing, evidence: Evidence, chosen: frozenset[str] = _EMPTY
) -> Rotations:
    """Return whose password is to be changed; only that of `chosen` names, if there are any."""
    creates = frozenset(state.creates_under_way())
    view = _View(state, listing, evidence, creates, _doubled(configuration, state, creates))
    cases = [case for user in _unusual(configuration, view) if (case := _case(user, view))]
    if not cases:
        return Rotations(configuration)
    for case in cases:
        if chosen and case.user.name not in chosen:
            case.reason, case.blocked, case.wanted = None, None, False
    held = [case for case in cases if case.reason == "age" and not evidence.timed("rotate", case.user.name)]
    for case in held:
        case.reason = None
    waiting = _without_room(cases, configuration, state)
    for case in waiting:
        case.reason = None
    users = dict(configuration.users)
    for case in cases:
        if case.pair is not None:
            # An entry whose second user serves may have lost its first, which is made again when it is its turn.
            users.pop(case.user.name)
            users.update({one.name: one for one in users_of(case.pair, turns=_takes_turn(case))})
    pairs = [case.pair for case in cases if case.pair is not None]
    return Rotations(
        configuration=replace(configuration, users=users),
        serves={case.user.name: case.slot if case.reason else case.pair.serves for case in cases if case.pair},
        turns={case.slot: case.reason for case in cases if case.reason},
        wanted=frozenset(case.user.name for case in cases if case.wanted),
        unfinished=frozenset(pair.serves for pair in pairs if pair.is_unfinished()),
        leaving=frozenset(pair.other for pair in pairs if pair.leaving),
        kept={pair.bindings[pair.other].smtp_user_name: pair.kept for pair in pairs if pair.kept},
        blocked=tuple(case.blocked for case in cases if case.blocked),
        waiting=len(waiting),
        held=len(held),
    )


def _takes_turn(case: _Case) -> bool:
    return case.reason is not None and case.pair is not None and case.slot == case.pair.other


def _doubled(configuration: Configuration, state: State, creates: frozenset[str]) -> frozenset[str]:
    """Return the entries of which a second user is known. Most names are an entry's: those are passed over first."""
    users = configuration.users
    beside = [name for part in (state.bindings, state.removed, creates) for name in part if name not in users]
    return frozenset(entry_name(name) for name in beside if is_second_name(name))


def _unusual(configuration: Configuration, view: _View) -> list[DesiredUser]:
    """Return the entries that may have something to be said of: most have one user, which keeps its password."""
    users, evidence = configuration.users, view.evidence
    if evidence.request is not None:
        return list(users.values())
    return [
        user
        for name, user in users.items()
        if user.renamed_from is not None
        or name in view.doubled
        or (user.password is not NO_POLICY and user.password != NO_POLICY)
    ]


def _case(user: DesiredUser, view: _View) -> _Case | None:
    """Return what there is to say about an entry, None if its one user just keeps its password."""
    state, evidence = view.state, view.evidence
    pair = pair_of(user, state, view.creates, evidence, view.listing) if _may_have_two(user, view) else None
    if pair is not None and evidence.request is not None:
        pair = replace(pair, entry=_as_applied(pair))
    serving = _serving(user, pair, state)
    reason = None if serving is None else _reason(user, serving.password, evidence)
    if serving is None or reason is None:
        return None if pair is None else _Case(user, pair, None, "")
    case = _Case(user, pair, reason, serving.password.since or "", wanted=True)
    _look_again(case, view)
    return case


def _may_have_two(user: DesiredUser, view: _View) -> bool:
    policy = user.password
    two = policy.rotation == "alternate" or policy.alternate_pin is not None
    return two or user.renamed_from is not None or user.name in view.doubled


def _as_applied(pair: Pair) -> DesiredUser:
    """Return the entry with the values that its users have: a rotation that was asked for changes nothing else."""
    serving = pair.bindings.get(pair.serves)
    if serving is None:
        return pair.entry
    status = pair.entry.settings.status if pair.is_unfinished() else serving.applied.status
    return replace(pair.entry, settings=replace(serving.applied, status=status))


def _serving(user: DesiredUser, pair: Pair | None, state: State) -> Binding | None:
    if pair is None:
        return state.bindings.get(user.name)
    return pair.bindings.get(pair.serves) if pair.serves in state.bindings else None


def _reason(user: DesiredUser, record: PasswordRecord, evidence: Evidence) -> Reason | None:
    request, policy = evidence.request, user.password
    if record.rotating is not None:
        return None
    if request is not None and not _selected(user, record, request, evidence):
        return None
    if request is not None and not request.due:
        return "asked"
    if policy.version > (record.version or 1):
        return "version"
    old = age(evidence, record.since)
    return "age" if policy.every is not None and old is not None and old >= policy.every else None


def _selected(user: DesiredUser, record: PasswordRecord, request: RotationRequest, evidence: Evidence) -> bool:
    old = age(evidence, record.since)
    young = request.older_than is not None and old is not None and old < request.older_than
    named = not request.names or user.name in request.names
    return named and not young and set(request.labels) <= set(user.labels)


def _look_again(case: _Case, view: _View) -> None:
    """Take the reason away from a password that cannot be changed just now; say so where somebody waits for it."""
    user, slot, reason = case.user, case.slot, case.reason
    binding = view.state.bindings.get(slot) or view.state.removed.get(slot)
    unlisted = binding is not None and binding.smtp_user_name not in view.listing.users
    if unlisted or not view.creates.isdisjoint({user.name, second_name(user.name)}):
        case.reason = None
    elif not view.evidence.routes.targets(user, None if binding is None else binding.smtp_user_name):
        case.reason, case.blocked = None, blocking.no_sink(user.name)
    elif case.pair is not None and slot == case.pair.other and not case.pair.is_free(view.evidence):
        case.reason = None
        if reason != "age":
            served = case.pair.bindings[slot]
            case.blocked = blocking.grace(user.name, served.smtp_user_name, served.password.left)


def _without_room(cases: list[_Case], configuration: Configuration, state: State) -> list[_Case]:
    """Return the cases for which there is no room under the guard, of those that are due by age alone."""
    old = sorted((case for case in cases if case.reason == "age"), key=lambda case: (case.since, case.user.name))
    managed = len(configuration.users.keys() | state.bindings.keys())
    allowed = allowed_by(configuration.guards.max_rotations, managed)
    if allowed is None:
        return []
    others = sum(1 for case in cases if case.reason is not None and case.reason != "age")
    return old[max(0, allowed - others) :]
