"""Whether what a run claims is so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation.rules import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sarv_sync.applying.executor import Execution
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.state import State
    from tests.simulation.world import World


def false_claims(
    execution: Execution,
    code: int,
    configuration: Configuration,
    planned: World,
    left: World,
) -> list[Breach]:
    """Return what a run claims and is not so.

    `planned` is the world as it was listed for the plan, `left` the one that the run left behind.
    """
    words = [
        *_of_the_outcome(execution),
        *_of_the_users(execution, code, configuration, planned, left),
    ]
    if execution.error is None:
        words += _of_the_state(execution, configuration, left.state())
    return [Breach("what a run claims is so", word) for word in words]


def _of_the_outcome(execution: Execution) -> Iterator[str]:
    outcome = execution.outcome
    parts = (outcome.applied, outcome.failed, outcome.unknown, outcome.not_attempted)
    names = [entry.name for part in parts for entry in part]
    if outcome.verified and len(names) > len(outcome.applied):
        yield "verified, although something failed or was left"
    if len(names) != len(set(names)):
        yield f"a change ended in two ways: {names}"


def _of_the_users(
    execution: Execution,
    code: int,
    configuration: Configuration,
    planned: World,
    left: World,
) -> Iterator[str]:
    applied = {entry.name for entry in execution.outcome.applied}
    if execution.outcome.verified:
        for name in _not_as_desired(configuration, left, left) & applied:
            yield f"verified, and {name} is not as desired"
    if code == 0:
        for name in _not_as_desired(configuration, left, planned) - applied:
            yield f"exit 0, and {name} is not as desired"


def _of_the_state(execution: Execution, configuration: Configuration, state: State) -> Iterator[str]:
    open_creates = state.creates_under_way()
    for entry in execution.outcome.applied:
        desired, binding = (
            configuration.users.get(entry.name),
            state.bindings.get(entry.name),
        )
        if desired is not None and (binding is None or binding.applied != desired.settings):
            yield f"{entry.name} is said to be done, and the state has {binding}"
        if desired is None and binding is not None:
            yield f"{entry.name} is said to be gone, and the state has {binding}"
        if entry.name in open_creates:
            yield f"{entry.name} is said to be done, and its create is still open"


def _not_as_desired(configuration: Configuration, state: World, account: World) -> set[str]:
    """Return the names whose users are not as the files want them, though they were listed so.

    Whatever happened to a user since the account was last listed, no run can know.
    """
    bindings, truth = state.state().bindings, account.truth
    users = dict(truth.users)
    wrong = configuration.users.keys() - bindings.keys()
    for name, binding in bindings.items():
        desired, user = configuration.users.get(name), users.get(binding.smtp_user_name)
        if binding.smtp_user_name in truth.unseen:
            continue
        if user is None or (user.settings != desired.settings if desired else user.settings.status == "Enable"):
            wrong.add(name)
    return wrong
