"""The invariants that hold once a history is over, each a named check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync import workflow
from sarv_sync.planning.ownership import Ambiguous, Found, divide
from tests.simulation.account import Provider, listing_of
from tests.simulation.judge import Judge
from tests.simulation.machine import Machine
from tests.simulation.memory_store import MemoryStore
from tests.simulation.scenarios import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.simulation.history import History

    Check = Callable[[History], Iterator[str]]


def every_call_was_allowed(history: History) -> Iterator[str]:
    yield from history.broken


def every_user_we_caused_is_accounted_for(history: History) -> Iterator[str]:
    """Each is bound, retired, a spare, pending, or named in a question to a person."""
    state = history.state()
    ownership = divide(state, listing_of(history.account.users))
    known = set(state.owned()) | set(ownership.spares)
    for resolution in ownership.creates.values():
        match resolution:
            case Found(smtp_user_name):
                known.add(smtp_user_name)
            case Ambiguous(candidates):
                known |= set(candidates)
    for name in _made_by(history, "us"):
        if name not in known:
            yield f"{name} is an orphan"


def no_user_that_is_not_ours_is_bound(history: History) -> Iterator[str]:
    for smtp_user_name, name in history.state().owned().items():
        if history.account.makers.get(smtp_user_name) != "us" and smtp_user_name not in history.scenario.managed:
            yield f"{name} is bound to {smtp_user_name}, which somebody else made"


def nobody_else_is_a_spare(history: History) -> Iterator[str]:
    for smtp_user_name in divide(history.state(), listing_of(history.account.users)).spares:
        if history.account.makers[smtp_user_name] != "us":
            yield f"{smtp_user_name}, which somebody else made, counts as a spare"


def one_user_for_one_name(history: History) -> Iterator[str]:
    """No name was made twice: what we caused beyond the names is spare or asked about."""
    state = history.state()
    ownership = divide(state, listing_of(history.account.users))
    asked = [resolution for resolution in ownership.creates.values() if isinstance(resolution, Ambiguous)]
    owned = [binding.smtp_user_name for part in (state.bindings, state.removed) for binding in part.values()]
    if len(owned) != len(set(owned)):
        yield f"two names own one user: {owned}"
    caused = _made_by(history, "us")
    extra = len(caused) - len(set(owned) & set(caused)) - len(set(ownership.spares) & set(caused))
    if extra and not asked:
        yield f"{extra} users more than names and spares"


def running_again_converges(history: History) -> Iterator[str]:
    """After the last run the plan is empty, or what it holds back is what a person has to decide."""
    plan = history.plan()
    if plan.changes or plan.refusals:
        yield f"still to do: {plan.changes} {plan.refusals}"
    for blocked in plan.blocked:
        if blocked.reason not in {"ambiguous"} or not any("person" in e.deed for e in history.schedule.events):
            yield f"blocked: {blocked}"
    state = history.state()
    if not plan.pending and history.ends[-1].startswith("exit 0"):
        for name in history.scenario.later.users:
            if name not in state.bindings:
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


def _made_by(history: History, maker: str) -> list[str]:
    return [name for name in history.account.users if history.account.makers[name] == maker]
