"""The three sides of a plan, indexed for the questions that planning asks of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sarv_sync.planning.ownership import divide
from sarv_sync.planning.renames import blocked_moves, find_moves, moved

if TYPE_CHECKING:
    from sarv_sync.errors import Fault
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Blocked, Change, Drift
    from sarv_sync.model.state import Intent, State
    from sarv_sync.model.users import Listing
    from sarv_sync.planning.ownership import Ownership


@dataclass(frozen=True, slots=True)
class Verdict:
    """What planning found out about one name. A name about which there is nothing to say has no verdict."""

    change: Change | None = None
    blocked: Blocked | None = None
    drift: Drift | None = None
    warning: Fault | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """Desired, last applied and observed, with the renames already carried out in `state`.

    `moves` are those renames, old name by new name; `blocked_moves` the ones that cannot be; `creates` the open
    creates by name; `owner_of` the name each owned user belongs to; `illegible` the users whose row cannot be read.
    """

    configuration: Configuration
    state: State
    listing: Listing
    ownership: Ownership
    moves: dict[str, str]
    blocked_moves: dict[str, str]
    creates: dict[str, Intent] = field(default_factory=dict)
    owner_of: dict[str, str] = field(default_factory=dict)
    illegible: frozenset[str] = frozenset()


def take_in(configuration: Configuration, state: State, listing: Listing, targets: frozenset[str]) -> Situation:
    """Index the three sides. Only renames of `targets` are carried out, if there are any."""
    desired = [user for name, user in configuration.users.items() if not targets or name in targets]
    moves = find_moves(desired, state)
    after = moved(state, moves)
    faulty = {fault.smtp_user_name for fault in listing.faults if fault.smtp_user_name is not None}
    return Situation(
        configuration=configuration,
        state=after,
        listing=listing,
        ownership=divide(after, listing),
        moves=moves,
        blocked_moves=blocked_moves(desired, state),
        creates=after.creates_under_way(),
        owner_of=after.owned(),
        illegible=frozenset(faulty) | frozenset(listing.repeated),
    )
