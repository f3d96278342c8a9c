"""What the sides of a plan say of each user that one name has: its values, its binding, where its password is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sarv_sync.model.explanation import ExplainedDelivery, ExplainedField, ExplainedUser, Origin
from sarv_sync.model.users import FIELDS, second_name
from sarv_sync.model.verifier import tell
from sarv_sync.planning.ownership import Found, divide
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.model.evidence import Evidence, Target
    from sarv_sync.model.explanation import Holding, Listed
    from sarv_sync.model.plan import Change
    from sarv_sync.model.state import Binding, Delivery, State
    from sarv_sync.model.users import DesiredUser, Field, ObservedUser
    from sarv_sync.planning.asked import Sides
    from sarv_sync.planning.rotating import Rotations


@dataclass(frozen=True, slots=True)
class Case:
    """The name that is looked at, and what there is to look at.

    `state` is the one of `sides` with what the listing tells of passwords; `moves` are the renames that are to be
    done, old name by new name. `owned` is False where `name` is the provider's, of a user that nobody owns.
    """

    name: str
    sides: Sides
    state: State
    rotated: Rotations
    moves: dict[str, str]
    origins: tuple[Origin, ...]
    owned: bool = True

    @property
    def formerly(self) -> str:
        """The name that the state still has for it."""
        return self.moves.get(self.name, self.name)

    def serves(self, name: str) -> bool:
        """Say whether passwords of the entry are those of its user `name`."""
        return name == self.rotated.serving(self.name)


def explained_users(case: Case) -> tuple[ExplainedUser, ...]:
    """Return the users of the case's name, the first one first; one at least."""
    if not case.owned:
        return (_stranger(case),)
    second = second_name(case.name)
    known = {*case.rotated.configuration.users, *case.state.bindings, *case.state.removed}
    both = [name for name in (case.name, second) if {name, case.moves.get(name, name)} & known] or [case.name]
    return tuple(_explained(name, case, paired=len(both) > 1) for name in both)


def _stranger(case: Case) -> ExplainedUser:
    name = case.name
    observed = case.sides.listing.users.get(name)
    seen = {} if observed is None else {field: observed.settings.get(field) for field in FIELDS}
    fields = tuple(ExplainedField(field, observed=seen.get(field)) for field in FIELDS)
    return ExplainedUser(name, name, _listed(name, case), fields, name, fault=_fault(name, case))


def _explained(name: str, case: Case, *, paired: bool) -> ExplainedUser:
    formerly = case.moves.get(name, name)
    state = case.state
    known_as = formerly if formerly in state.bindings or formerly in state.removed else name
    binding = state.bindings.get(known_as) or state.removed.get(known_as)
    change = next((one for one in case.sides.plan.changes if one.name == name and one.action != "deliver"), None)
    smtp_user_name = _user_of(name, binding, change, case)
    observed = case.sides.listing.users.get(smtp_user_name or "")
    desired = case.rotated.configuration.users.get(name)
    return ExplainedUser(
        name=name,
        smtp_user_name=smtp_user_name,
        listed=_listed(smtp_user_name, case),
        fields=tuple(_field(field, name, (desired, binding, observed), change, case) for field in FIELDS),
        known_as=known_as,
        binding=binding,
        retired=known_as not in state.bindings and known_as in state.removed,
        fault=_fault(smtp_user_name, case),
        serves=case.serves(name) if paired else None,
        due=_due(desired, binding) if case.serves(name) else None,
        deliveries=_deliveries(desired, binding, observed, case.sides.evidence) if case.serves(name) else (),
    )


def _user_of(name: str, binding: Binding | None, change: Change | None, case: Case) -> str | None:
    """Return the provider's name of the user: of the one it has, else of the one it is to have."""
    if binding is not None:
        return binding.smtp_user_name
    if change is not None and change.smtp_user_name is not None:
        return change.smtp_user_name
    found = divide(case.state, case.sides.listing).creates.get(case.moves.get(name, name))
    if isinstance(found, Found):
        return found.smtp_user_name
    desired = case.rotated.configuration.users.get(name)
    return None if desired is None else desired.smtp_user_name


def _field(
    field: Field,
    name: str,
    sides: tuple[DesiredUser | None, Binding | None, ObservedUser | None],
    change: Change | None,
    case: Case,
) -> ExplainedField:
    desired, binding, observed = sides
    drift = (one for one in case.sides.plan.drift if one.name == name)
    planned = {one.field: one.after for one in change.fields} if change is not None else {}
    return ExplainedField(
        field=field,
        wanted=None if desired is None else desired.settings.get(field),
        origin=None if desired is None else _origin(field, desired, case),
        applied=None if binding is None else binding.applied.get(field),
        observed=None if observed is None else observed.settings.get(field),
        planned=planned.get(field),
        ignored=desired is not None and field in desired.ignore_changes,
        drifted=any(moved.field == field for one in drift for moved in one.fields),
    )


def _origin(field: Field, desired: DesiredUser, case: Case) -> Origin | None:
    entry = case.sides.configuration.users.get(case.name)
    if entry is not None and desired.settings.get(field) != entry.settings.get(field):
        return Origin("turns")
    return case.origins[FIELDS.index(field)] if case.origins else None


def _listed(smtp_user_name: str | None, case: Case) -> Listed:
    if smtp_user_name is None:
        return "not_made"
    listing = case.sides.listing
    if smtp_user_name in listing.users:
        return "listed"
    return "unreadable" if smtp_user_name in listing.names() else "missing"


def _fault(smtp_user_name: str | None, case: Case) -> str | None:
    """Return what is wrong with the user's row, None if nothing is."""
    listing = case.sides.listing
    if smtp_user_name is None:
        return None
    if smtp_user_name in listing.repeated:
        return "more than one row bears its name"
    return next((fault.message for fault in listing.faults if fault.smtp_user_name == smtp_user_name), None)


def _due(desired: DesiredUser | None, binding: Binding | None) -> str | None:
    """Return when the password is to be changed by age, None if it is not, or nothing tells."""
    every = None if desired is None else desired.password.every
    since = None if binding is None else binding.password.since
    if every is None or since is None:
        return None
    try:
        due = datetime.fromisoformat(since.replace("Z", "+00:00")) + timedelta(seconds=every)
    except (ValueError, OverflowError):
        return None
    return due.strftime("%Y-%m-%dT%H:%M:%SZ")


def _deliveries(
    desired: DesiredUser | None, binding: Binding | None, observed: ObservedUser | None, evidence: Evidence
) -> tuple[ExplainedDelivery, ...]:
    """Return every target that the files have or the state knows, by address."""
    known = {one.address: one for one in binding.password.deliveries} if binding is not None else {}
    smtp_user_name = None if observed is None else observed.smtp_user_name
    targets = () if desired is None else evidence.routes.targets(desired, smtp_user_name)
    found = {one.address: _holding(one, known.get(one.address), observed, evidence) for one in targets}
    left = {address: _left(desired, known[address], observed, evidence) for address in known.keys() - found.keys()}
    return tuple(ExplainedDelivery(address, holding) for address, holding in sorted({**found, **left}.items()))


def _holding(target: Target, delivery: Delivery | None, observed: ObservedUser | None, evidence: Evidence) -> Holding:
    """Return what a target of the files holds: the same question as `delivering` asks, answered in full."""
    if delivery is None:
        return "new"
    told = _told(delivery, observed, evidence)
    if told in {"owed", "changed"}:
        return told
    sight = evidence.sights.get(target.address, "there")
    if sight == "gone":
        return "gone"
    if delivery.form != target.form:
        return "layout"
    return "other" if sight == "other" else told


def _left(
    desired: DesiredUser | None, delivery: Delivery, observed: ObservedUser | None, evidence: Evidence
) -> Holding:
    """Return what a target holds that the files do not have: of an entry that is gone, what it last got."""
    return _told(delivery, observed, evidence) if desired is None else "left"


def _told(delivery: Delivery, observed: ObservedUser | None, evidence: Evidence) -> Holding:
    if delivery.verifier is None:
        return "owed"
    if observed is None:
        return "untold"
    told = tell(evidence.verifier, delivery.verifier, observed.smtp_user_name, observed.password)
    held: dict[str, Holding] = {"same": "holds", "other": "changed"}
    return held.get(told, "untold")
