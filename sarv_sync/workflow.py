"""The use cases: what a command does, apart from how it is asked for and how it is shown."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, Protocol

from sarv_sync.applying.outlets import Outlets
from sarv_sync.errors import EXIT_CHANGES, EXIT_DONE, EXIT_REFUSED
from sarv_sync.model.collector import paused
from sarv_sync.model.evidence import Evidence
from sarv_sync.planning.planner import make_plan
from sarv_sync.state.journal import read_state
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sarv_sync.model.account import Account
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.evidence import Timed
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.rotation import RotationRequest
    from sarv_sync.model.state import State
    from sarv_sync.model.users import Listing
    from sarv_sync.model.verifier import Verifier
    from sarv_sync.state.interface import Store


class Lister(Protocol):
    """What knows the account: the provider, or a snapshot of what it said."""

    def list_users(self) -> Listing:
        """Return the whole account, or raise `ProviderError`."""
        ...


@dataclass(frozen=True, slots=True)
class Passwords:
    """Where passwords are delivered to, what tells them apart, given a state's lineage, and what time it is.

    `verifiers` is None where no key is at hand: whether a password was changed cannot be told then.
    """

    outlets: Outlets = field(default_factory=Outlets)
    verifiers: Callable[[str], Verifier] | None = None
    now: Callable[[], datetime | None] = lambda: None


@dataclass(frozen=True, slots=True)
class Project:
    """One account's files, the account they are about, where its state is, and how to reach it."""

    configuration: Configuration
    account: Account
    store: Store
    provider: Lister
    passwords: Passwords = field(default_factory=Passwords)


def whenever(_: Timed, __: str) -> bool:
    """Let everything be done."""
    return True


@paused()
def plan(project: Project, targets: Sequence[str] = (), rotation: RotationRequest | None = None) -> Plan:
    """Compare files, state and account, and what sinks hold where it can be read. Writes nothing, runs nothing."""
    return look_at(project, read_state(project.store, project.account), targets, rotation).plan


@paused()
def look(project: Project) -> tuple[State, Look]:
    """Return the state, and the plan with what it was made of. Writes nothing, runs nothing."""
    state = read_state(project.store, project.account)
    return state, look_at(project, state, (), None)


@dataclass(frozen=True, slots=True)
class Look:
    """A plan, and what it was made of."""

    plan: Plan
    listing: Listing
    evidence: Evidence


@paused()
def look_at(
    project: Project,
    state: State,
    targets: Sequence[str],
    rotation: RotationRequest | None,
    timed: Callable[[Timed, str], bool] = whenever,
) -> Look:
    """Look at the account, and plan what takes it from `state` to the files. Writes nothing, runs nothing."""
    listing = project.provider.list_users()
    evidence = evidence_for(project, state, rotation, timed)
    if project.passwords.outlets:
        from sarv_sync.applying.looking import look_at_targets

        outlets = project.passwords.outlets
        sights, warnings = look_at_targets(project.configuration, state, listing, evidence, outlets)
        evidence = replace(evidence, sights=sights, warnings=warnings)
    made = make_plan(project.configuration, project.account, state, listing, targets, evidence)
    return Look(replace(made, rotation=rotation), listing, evidence)


def evidence_for(
    project: Project, state: State, rotation: RotationRequest | None, timed: Callable[[Timed, str], bool]
) -> Evidence:
    """Return what is known about `project` beside files, state and account."""
    passwords = project.passwords
    return Evidence(
        now=passwords.now(),
        verifier=None if passwords.verifiers is None else passwords.verifiers(state.lineage),
        routes=passwords.outlets,
        request=rotation,
        timed=timed,
    )


def drift(project: Project, targets: Sequence[str] = ()) -> Plan:
    """Compare as `plan` does, to tell what changed outside the files; with `targets`, of those users alone.

    Users that no entry owns are none of them, so that nothing is said of those then.
    """
    made = plan(project, targets)
    if not targets:
        return made
    refusals = tuple(refusal for refusal in made.refusals if refusal.reason != "unmanaged")
    return replace(made, unmanaged=(), refusals=refusals)


def drift_exit_code(plan: Plan) -> int:
    """Return the contract's exit code for `drift`.

    Users that could not be compared are neither clean nor drift: that check was not made.
    """
    if plan.clean:
        return EXIT_DONE
    return EXIT_CHANGES if plan.drift or plan.compared else EXIT_REFUSED
