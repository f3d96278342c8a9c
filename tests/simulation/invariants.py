"""The invariants that hold once a history is over, each a named check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync import workflow
from sarv_sync.planning.ownership import Absent, Ambiguous, Found, divide
from tests.simulation.account import Provider, listing_of
from tests.simulation.judge import Judge
from tests.simulation.machine import Machine
from tests.simulation.memory_store import MemoryStore
from tests.simulation.scenarios import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sarv_sync.planning.ownership import Resolution
    from tests.simulation.history import History

    Check = Callable[[History], Iterator[str]]


def every_call_was_allowed(history: History) -> Iterator[str]:
    yield from history.broken


def every_user_we_caused_is_accounted_for(history: History) -> Iterator[str]:
    """Each is bound, retired, a spare, pending, or named to a person."""
    asked = {name for resolution in _open(history).values() for name in _candidates(resolution)}
    known = {*history.state().owned(), *_spares(history), *asked}
    if not history.state().echoes_limits:
        known |= {user.smtp_user_name for user in history.plan().unmanaged}
    for name in _ours(history):
        if name not in known:
            yield f"{name} is an orphan"


def no_user_that_is_not_ours_is_bound(history: History) -> Iterator[str]:
    for smtp_user_name, name in history.state().owned().items():
        if history.account.makers.get(smtp_user_name) != "us" and smtp_user_name not in history.scenario.managed:
            yield f"{name} is bound to {smtp_user_name}, which somebody else made"


def nobody_else_is_a_spare(history: History) -> Iterator[str]:
    for smtp_user_name in _spares(history):
        if history.account.makers[smtp_user_name] != "us":
            yield f"{smtp_user_name}, which somebody else made, counts as a spare"


def one_user_for_one_name(history: History) -> Iterator[str]:
    """No name was made twice: what we caused beyond the names is spare, disabled as one, or asked about."""
    state = history.state()
    owned = [binding.smtp_user_name for part in (state.bindings, state.removed) for binding in part.values()]
    if len(owned) != len(set(owned)):
        yield f"two names own one user: {owned}"
    idle = [name for name in state.removed if "~" in name]
    made, wanted = len(_ours(history)), len(history.scenario.files.users) + len(_spares(history)) + len(idle)
    if made > wanted and not history.plan().blocked and state.echoes_limits:
        yield f"{made} users were made for {wanted} names and spares"


def running_again_converges(history: History) -> Iterator[str]:
    """After the last run the plan is empty, or what it holds back is what a person has to decide."""
    if "person edits the newest user" in history.deeds():
        return  # that may be the last thing that happened: drift, which the next run repairs
    plan = history.plan()
    people = any(deed.startswith("person") for deed in history.deeds())
    questions = history.scenario.questions | ({"ambiguous", "conflict"} if people else set())
    if plan.changes or plan.refusals or any(blocked.reason not in questions for blocked in plan.blocked):
        yield f"still to do: {plan.changes} {plan.refusals} {plan.blocked}"
    for name in history.scenario.later.users.keys() - history.state().bindings.keys():
        if not plan.blocked:
            yield f"{name} has no user"


def a_plan_writes_nothing(history: History) -> Iterator[str]:
    before = (history.account.writes, history.disk.writes, history.disk.data)
    machine = Machine(0, (), lambda _: None)
    provider = Provider(history.account, machine, Judge(history.scenario, history.account, history.disk, "nobody"))
    store = MemoryStore(history.disk, machine)
    workflow.plan(workflow.Project(history.scenario.later, ACCOUNT, store, provider))
    if (history.account.writes, history.disk.writes, history.disk.data) != before:
        yield f"it made these calls: {machine.trace}"


CHECKS: tuple[Check, ...] = (
    every_call_was_allowed,
    every_user_we_caused_is_accounted_for,
    no_user_that_is_not_ours_is_bound,
    nobody_else_is_a_spare,
    one_user_for_one_name,
    running_again_converges,
    a_plan_writes_nothing,
)


def broken_by(history: History) -> list[str]:
    """Return every invariant that `history` breaks, in words."""
    return [f"{check.__name__}: {words}" for check in CHECKS for words in check(history)]


def _ours(history: History) -> list[str]:
    return [name for name in history.account.users if history.account.makers[name] == "us"]


def _spares(history: History) -> set[str]:
    return set(divide(history.state(), listing_of(history.account.users)).spares)


def _open(history: History) -> dict[str, Resolution]:
    return divide(history.state(), listing_of(history.account.users)).creates


def _candidates(resolution: Resolution) -> tuple[str, ...]:
    match resolution:
        case Found(smtp_user_name):
            return (smtp_user_name,)
        case Ambiguous(candidates):
            return candidates
        case Absent():
            return ()
