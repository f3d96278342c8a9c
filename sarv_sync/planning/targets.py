"""Limiting a plan to some names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.selection import select
from sarv_sync.model.users import entry_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.state import State


def check_targets(targets: Sequence[str], configuration: Configuration, state: State) -> frozenset[str]:
    """Return the names that `targets` mean, or raise `InputError` for all that files and state know nothing of.

    A target is a name, or a pattern of names. An entry of `removed:` is known even when it is done, so that a command
    that did it may be given again.
    """
    if not targets:
        return frozenset()
    known = configuration.users.keys() | configuration.removed.keys() | state.bindings.keys() | state.removed.keys()
    known |= {intent.name for intent in state.intents.values()}
    return select(targets, {entry_name(name) for name in known})
