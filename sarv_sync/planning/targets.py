"""Limiting a plan to some names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import Fault, InputError
from sarv_sync.model.users import entry_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.state import State


def check_targets(targets: Sequence[str], configuration: Configuration, state: State) -> frozenset[str]:
    """Return `targets` as a set, or raise `InputError` for all the names that neither files nor state know.

    An entry of `removed:` is known even when it is done, so that a command that did it may be given again.
    """
    known = configuration.users.keys() | configuration.removed.keys() | state.bindings.keys() | state.removed.keys()
    known = {entry_name(name) for name in known | {intent.name for intent in state.intents.values()}}
    unknown = [target for target in dict.fromkeys(targets) if target not in known]
    faults = tuple(Fault(f"no user is called {target}", _nearest(target, known)) for target in unknown)
    if len(faults) == 1:
        raise InputError(faults[0].message, faults[0].hint)
    if faults:
        raise InputError(f"no users are called {', '.join(unknown)}", faults=faults)
    return frozenset(targets)


def _nearest(target: str, known: set[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(entry_name(target), sorted(known), n=1)
    return f"did you mean {near[0]}?" if near else "the names are those of the files, not smtp_user_names"
