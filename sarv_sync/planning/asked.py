"""Which name of the files or the state somebody means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import InputError
from sarv_sync.model.users import entry_name, is_spare_name
from sarv_sync.planning.renames import find_moves
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.state import State
    from sarv_sync.model.users import Listing


@dataclass(frozen=True, slots=True)
class Sides:
    """The sides of a plan, and the plan that was made of them."""

    configuration: Configuration
    state: State
    listing: Listing
    evidence: Evidence
    plan: Plan


def whose(asked: str, sides: Sides) -> str | None:
    """Return the name that `asked` stands for: a name, a former one, or the provider's; None for a user of nobody.

    Raises `InputError`, with the nearest name, for what nobody bears.
    """
    names, users = _names(sides), _owners(sides)
    moves = find_moves(sides.configuration.users.values(), sides.state, gone=sides.configuration.removed)
    new_of = {old: new for new, old in moves.items()}
    name = entry_name(asked)
    if name in new_of and name not in sides.configuration.users:
        return new_of[name]
    if name in names:
        return name
    if asked in users:
        return new_of.get(users[asked], users[asked])
    if asked in sides.listing.names():
        return None
    raise _unknown(asked, names | users.keys() | sides.listing.names(), sides)


def _names(sides: Sides) -> set[str]:
    configuration, state = sides.configuration, sides.state
    known = configuration.users.keys() | configuration.removed.keys() | state.bindings.keys() | state.removed.keys()
    spares = {change.name for change in sides.plan.changes if is_spare_name(change.name)}
    return {entry_name(name) for name in known | spares | state.creates_under_way().keys()}


def _owners(sides: Sides) -> dict[str, str]:
    """Return the name of every user that has one or is about to have one, by the provider's name for it."""
    changes = {change.smtp_user_name: change.name for change in sides.plan.changes if change.smtp_user_name}
    users = sides.configuration.users.values()
    pins = {pin: user.name for user in users for pin in (user.smtp_user_name, user.password.alternate_pin) if pin}
    owners = {**pins, **changes, **sides.state.owned()}
    return {user: entry_name(name) for user, name in owners.items()}


def _unknown(asked: str, known: set[str], sides: Sides) -> InputError:
    from difflib import get_close_matches

    state = sides.state
    message = f"neither files nor state nor account know a user called {asked}"
    for name, binding in (*state.bindings.items(), *state.removed.items()):
        if binding.renamed_from == asked:
            return InputError(message, f"it was renamed: it is {name} now")
    if any(asked in {change.name, change.was} for run in state.history for change in run.changes):
        return InputError(message, f"`sarv-sync history --target {asked}` shows what was done to it")
    near = get_close_matches(asked, sorted(known), n=1)
    hint = "the names are those of the files, of the state, and the provider's own"
    return InputError(message, f"did you mean {near[0]}?" if near else hint)
