"""Whether the account lists the limits that it was given.

The listing alone cannot tell: a limit that differs may as well have been changed by a person. What a create found
out, with nobody else at work on the new user, is in the state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.doctor.words import counted
from sarv_sync.errors import Fault, InputError
from sarv_sync.model.diagnosis import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.state import State
    from sarv_sync.model.users import Field, Listing

SHOWN = 10
"""How many of the users that differ are named: `drift` names them all."""

_LIMITS: tuple[Field, ...] = ("total_limit", "hourly_limit")
_KNOWN = {
    True: "the account lists limits as they were given: a create has shown it",
    False: "the account lists other limits than it was given: a create has shown it",
    None: "not known yet whether limits are listed as given: the first create finds out",
}
_BY_A_PERSON = (
    "a create that gets no answer needs a person: `sarv-sync state resolve NAME` with `--adopt USER` or `--abandon`"
)
_DIFFERENT = "`sarv-sync drift` shows them: changed by a person, or capped, rounded or counted down by the provider"


def check_limits(state: State | str, listing: Listing | None, configuration: Configuration | InputError) -> Finding:
    """Say what is known of the echo of limits, and how many bound users show what was last applied."""
    if isinstance(state, str):
        return Finding("limits", "skipped", state)
    compared = [] if listing is None else list(_compared(state, listing, configuration))
    different = [fault for fault in compared if fault is not None]
    message = _KNOWN[state.echoes_limits]
    if compared:
        same = len(compared) - len(different)
        message += f"; {same:,} of {counted(len(compared), 'bound user')} listed exactly as last applied"
    remedies = [_BY_A_PERSON] if state.echoes_limits is False else []
    remedies += [_DIFFERENT] if different else []
    more = len(different) - SHOWN
    faults = (*different[:SHOWN], *([Fault(f"and {more:,} more")] if more > 0 else []))
    return Finding("limits", "warning" if remedies else "ok", message, "; ".join(remedies) or None, faults)


def _compared(state: State, listing: Listing, configuration: Configuration | InputError) -> Iterator[Fault | None]:
    """Hold every bound user that is listed against its binding; those under way have no values of their own yet."""
    entries = {} if isinstance(configuration, InputError) else configuration.users
    under_way = state.creates_under_way()
    for name, binding in sorted(state.bindings.items()):
        seen = listing.users.get(binding.smtp_user_name)
        if seen is None or name in under_way:
            continue
        ignored = entries[name].ignore_changes if name in entries else ()
        moved = [
            f"{field} is {seen.settings.get(field):,}, applied was {binding.applied.get(field):,}"
            for field in _LIMITS
            if field not in ignored and seen.settings.get(field) != binding.applied.get(field)
        ]
        yield Fault(f"{name} ({binding.smtp_user_name}): {'; '.join(moved)}") if moved else None
