"""A retired user that somebody enabled again, as an entry of the files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import Fault
from sarv_sync.model.evidence import NOTHING_KNOWN
from sarv_sync.model.export import ExportedUser, can_be_pinned
from sarv_sync.model.users import NAME, DesiredUser, PasswordPolicy, Placed, Source, entry_name, second_name
from sarv_sync.planning.turns import pair_of

if TYPE_CHECKING:
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Drift
    from sarv_sync.model.state import State
    from sarv_sync.model.users import Listing, Settings

_NOWHERE = Placed(Source("", 0, 0), (Source("", 0, 0),) * 3)


def readmitted(drift: Drift, configuration: Configuration, state: State, listing: Listing) -> ExportedUser | Fault:
    """Return the entry that a name without one gets back, for its user as the account has it; or why it gets none."""
    name, user = entry_name(drift.name), drift.smtp_user_name
    settings = listing.users[user].settings
    serves, entry = _entry(name, user, settings, state)
    fault = _objection(drift, configuration, state)
    if fault is not None:
        return fault
    if drift.name != serves:
        message = f"{user} was enabled, but it is the other user of {name} that served last"
        return Fault(message, "`sarv-sync apply` disables it; to have the name back, enable the other one")
    if odd := entry.odd_limits():
        message = f"{user}, which {name} had, has a {odd[0]} of {settings.get(odd[0])}, which no file can say"
        return Fault(message, "give it one that is at least 1 in the console, or write the entry by hand")
    return entry


def _entry(name: str, user: str, settings: Settings, state: State) -> tuple[str, ExportedUser]:
    """Return the name of the user that serves, and the entry, with both users if there are two."""
    second = state.removed.get(second_name(name))
    first = state.removed.get(name)
    if first is None or second is None:
        return name, ExportedUser(name, user, settings)
    turns = DesiredUser(name, settings, _NOWHERE, password=PasswordPolicy(rotation="alternate"))
    pair = pair_of(turns, state, (), NOTHING_KNOWN)
    serves = name if pair is None else pair.serves
    return serves, ExportedUser(name, first.smtp_user_name, settings, second.smtp_user_name)


def _objection(drift: Drift, configuration: Configuration, state: State) -> Fault | None:
    """Return what in the files or the state keeps the name from having an entry."""
    name, user = entry_name(drift.name), drift.smtp_user_name
    if drift.name in state.bindings:
        message = f"{name} is gone from the files, so they cannot say what {user} has now"
        return Fault(
            message, "put its entry back, then accept again; or let `sarv-sync apply` do what removing it means"
        )
    removed = configuration.removed.get(name)
    if removed is not None:
        message = f"{user}, which {name} had, was enabled, but {name} is listed under `removed:`"
        return Fault(message, "delete this line, then accept again", *removed.source)
    if not (NAME.fullmatch(name) and can_be_pinned(user)):
        return Fault(f"{user} was enabled, and no entry can be called {name}", "`sarv-sync apply` disables it again")
    if configuration.required_labels:
        label = configuration.required_labels[0]
        message = (
            f"{user}, which {name} had, was enabled, but an entry needs the label {label.key}, which is not known"
        )
        return Fault(message, f"write an entry for {name} by hand, with `smtp_user_name: {user}`", *label.source)
    return None
