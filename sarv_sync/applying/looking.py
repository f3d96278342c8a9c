"""Looking at what was delivered, where it can be read, and proving that what will be can be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.applying.interface import Left
from sarv_sync.applying.run import interrupted
from sarv_sync.errors import Refused
from sarv_sync.model.users import entry_name
from sarv_sync.model.verifier import tell
from sarv_sync.planning.rotating import rotations
from sarv_sync.planning.taking_up import taken_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.applying.interface import Journal
    from sarv_sync.applying.outlets import Outlets
    from sarv_sync.applying.run import Surroundings
    from sarv_sync.errors import Fault
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.sink import Credential, Sight
    from sarv_sync.model.state import Binding, State
    from sarv_sync.model.users import DesiredUser, Listing, ObservedUser


def look_at_targets(
    configuration: Configuration, state: State, listing: Listing, evidence: Evidence, outlets: Outlets
) -> tuple[dict[str, Sight], tuple[Fault, ...]]:
    """Return what the targets show that should hold a password, by address, and what could not be looked at.

    A target that is to be written anyway is not looked at.
    """
    known = taken_up(state, listing, evidence)
    rotated = rotations(configuration, known, listing, evidence)
    found: list[tuple[DesiredUser, Credential]] = []
    for name, user in rotated.configuration.users.items():
        binding = known.bindings.get(name)
        if binding is None or name != rotated.serving(entry_name(name)) or name in rotated.turns:
            continue
        observed = listing.users.get(binding.smtp_user_name)
        if observed is not None and observed.password and _arrived(binding, observed, evidence):
            found.append((user, outlets.credential(user, binding.smtp_user_name, observed.password)))
    sights, faults = outlets.look(found)
    return sights, tuple(faults)


def check_sinks(
    plan: Plan, configuration: Configuration, outlets: Outlets, world: Surroundings, journal: Journal
) -> None:
    """Have every sink that `plan` will use prove that it can be written, if the plan makes users or passwords.

    Raises `Refused`, with what each sink said, before anything is done.
    """
    if not any(change.action in {"create", "rotate"} or change.why == "recycled" for change in plan.changes):
        return
    users = {change.name: change for change in plan.changes if change.action == "deliver"}
    wanted = [
        (user, change.smtp_user_name)
        for name, change in users.items()
        if (user := configuration.users.get(entry_name(name))) is not None
    ]
    sinks = frozenset(target.sink for user, known_as in wanted for target in outlets.targets(user, known_as))
    if not sinks:
        return
    answers: list[list[Fault] | Left] = []

    def feed(done: list[tuple[Outlets, list[Fault] | Left]]) -> Sequence[Outlets]:
        answers.extend(answer for _, answer in done)
        return () if done else (outlets,)

    world.crew.work(lambda each: each.check(wanted, sinks), feed, lambda: not world.stop.is_set(), journal.keep)
    faults = next(iter(answers), Left.NOT_BEGUN)
    if isinstance(faults, Left):
        raise interrupted()
    if faults:
        message = "a place that passwords are to be delivered to cannot be written, so nothing was done"
        told = tuple(replace(fault, message=f"{fault.message}; nothing was done") for fault in faults)
        raise Refused(message, faults[0].hint, faults=told, reason="sink")


def _arrived(binding: Binding, observed: ObservedUser, evidence: Evidence) -> bool:
    """Say whether some target should hold the present password."""
    return any(
        delivery.verifier is not None
        and tell(evidence.verifier, delivery.verifier, observed.smtp_user_name, observed.password) != "other"
        for delivery in binding.password.deliveries
    )
