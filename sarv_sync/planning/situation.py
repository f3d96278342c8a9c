"""The three sides of a plan, indexed for the questions that planning asks of them."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from sarv_sync.model.record import record
from sarv_sync.model.state import NO_RECORD
from sarv_sync.model.users import is_second_name
from sarv_sync.planning.ownership import Found, divide
from sarv_sync.planning.renames import astray, moved, sort_out
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sarv_sync.errors import Fault
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Blocked, Change, Drift
    from sarv_sync.model.state import Intent, State
    from sarv_sync.model.users import Listing
    from sarv_sync.planning.ownership import Ownership


@record
class Verdict:
    """What planning found out about one name. A name about which there is nothing to say has no verdict."""

    change: Change | None = None
    blocked: Blocked | None = None
    drift: Drift | None = None
    warning: Fault | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """Desired, last applied and observed, with the renames already carried out in `state`.

    `moves` are those renames, old name by new name; `blocked_moves` the ones that are not carried out; `promised`
    the same by the old name, whose user stays where it is until then; `astray` those whose old name nobody bears;
    `gone` the names with a user that the files do not have, and `vanished` those of them that are gone without a
    word; `recorded` the names of whose password something is known; `creates` the open creates by name;
    `owner_of` the name each owned user belongs to; `illegible` the users whose row cannot be read.
    """

    configuration: Configuration
    state: State
    listing: Listing
    ownership: Ownership
    moves: dict[str, str]
    blocked_moves: dict[str, str]
    promised: dict[str, str] = field(default_factory=dict)
    astray: dict[str, str] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    recorded: tuple[str, ...] = ()
    creates: dict[str, Intent] = field(default_factory=dict)
    owner_of: dict[str, str] = field(default_factory=dict)
    illegible: frozenset[str] = frozenset()


def take_in(
    configuration: Configuration,
    state: State,
    listing: Listing,
    targets: frozenset[str],
    stuck: frozenset[str] = frozenset(),
) -> Situation:
    """Index the three sides. Only renames of `targets` are carried out, if there are any, and none of `stuck`."""
    desired = configuration.users.values()
    held = stuck | (configuration.users.keys() - targets) if targets else stuck
    moves, blocked = sort_out(desired, state, held, configuration.removed)
    after = moved(state, moves)
    owned = after.owned()
    ownership = divide(after, listing, owned)
    gone = tuple([name for name in after.bindings if name not in configuration.users])
    faulty = {fault.smtp_user_name for fault in listing.faults if fault.smtp_user_name is not None}
    return Situation(
        configuration=configuration,
        state=after,
        listing=listing,
        ownership=ownership,
        moves=moves,
        blocked_moves=blocked,
        promised={old: new for new, old in blocked.items()},
        astray=astray(desired, after),
        gone=gone,
        vanished=_vanished(gone, configuration, blocked),
        recorded=tuple([name for name, one in after.bindings.items() if one.password is not NO_RECORD]),
        creates=after.creates_under_way(),
        owner_of=_owners(owned, ownership),
        illegible=frozenset(faulty) | frozenset(listing.repeated),
    )


def _vanished(gone: Iterable[str], configuration: Configuration, blocked: Mapping[str, str]) -> tuple[str, ...]:
    told, moving = configuration.removed, set(blocked.values())
    names = (name for name in gone if name not in told and name not in moving)
    return tuple(sorted(name for name in names if not is_second_name(name)))


def _owners(owned: dict[str, str], ownership: Ownership) -> dict[str, str]:
    """Return whose each user is, those included that an unanswered create is proven to have made."""
    found = {made.smtp_user_name: name for name, made in ownership.creates.items() if isinstance(made, Found)}
    return {**found, **owned} if found else owned
