"""The parts of a plan and of a state that are about some names: to be looked at, and never to be acted on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from sarv_sync.model.users import entry_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sarv_sync.model.plan import Blocked, Change, Drift, Plan
    from sarv_sync.model.state import Retired, State

Held = TypeVar("Held")
Named = TypeVar("Named", "Change", "Drift", "Blocked", "Retired")


def names_of_plan(plan: Plan) -> frozenset[str]:
    """Return the entries that `plan` says something of, and those that it is limited to."""
    changed, drifted = {one.name for one in plan.changes}, {one.name for one in plan.drift}
    names = changed | drifted | {one.name for one in plan.blocked} | set(plan.targets)
    return frozenset(map(entry_name, names))


def part_of_plan(plan: Plan, names: Collection[str]) -> Plan:
    """Return what `plan` does with the entries `names`, and everything that is about the plan as a whole.

    It is no plan that could be approved: its digest is that of the whole one.
    """
    return replace(
        plan,
        changes=_of(names, plan.changes),
        drift=_of(names, plan.drift),
        blocked=_of(names, plan.blocked),
        unmanaged=(),
    )


def names_of_state(state: State) -> frozenset[str]:
    """Return the entries that `state` knows of."""
    names = {*state.bindings, *state.removed, *state.creates_under_way(), *(one.name for one in state.retired)}
    return frozenset(map(entry_name, names))


def part_of_state(state: State, names: Collection[str]) -> State:
    """Return what `state` has about the entries `names`."""
    return replace(
        state,
        bindings=_at(names, state.bindings),
        removed=_at(names, state.removed),
        intents={key: intent for key, intent in state.intents.items() if entry_name(intent.name) in names},
        retired=_of(names, state.retired),
    )


def _of(names: Collection[str], entries: Iterable[Named]) -> tuple[Named, ...]:
    return tuple(entry for entry in entries if entry_name(entry.name) in names)


def _at(names: Collection[str], entries: Mapping[str, Held]) -> dict[str, Held]:
    return {name: entry for name, entry in entries.items() if entry_name(name) in names}
