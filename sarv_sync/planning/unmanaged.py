"""Users of the account that no entry owns: which there are, which are new, and what is done about them.

::

    the user                                               plan        drift
    ----------------------------------------------------   ---------   ---------
    was there when users were first taken down             listed      listed
    has appeared since, and no apply has told of it        new         new
    has appeared since, and an apply has told of it        listed      new
    was let go of by an entry                              listed      listed
    may have come of a create that had no answer           listed      listed
    is left alone by a pattern, or pinned by an entry      -           -
"""

from __future__ import annotations

import re
from fnmatch import translate
from typing import TYPE_CHECKING

from sarv_sync.model.plan import Refusal, UnmanagedUser
from sarv_sync.model.state import Census
from sarv_sync.planning.ownership import Ambiguous, divide

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.state import State
    from sarv_sync.model.users import Listing
    from sarv_sync.planning.ownership import Ownership
    from sarv_sync.planning.situation import Situation

_FEW = 5


def unmanaged(situation: Situation) -> tuple[UnmanagedUser, ...]:
    """Return the legible users that no entry owns or is about to own, and that nothing leaves alone."""
    if situation.configuration.unmanaged == "ignore":
        return ()
    users, census = situation.listing.users, situation.state.census
    of_ours = candidates(situation.ownership)
    known = None if census is None else frozenset(census.known)
    told = frozenset() if census is None else frozenset(census.appeared)
    found = []
    for name in _foreign(situation.configuration, situation.ownership):
        if name in users:
            seen = users[name].settings
            unsettled = known is not None and name not in known and name not in of_ours
            new = unsettled and name not in told
            found.append(UnmanagedUser(name, seen.total_limit, seen.hourly_limit, seen.status, unsettled, new))
    return tuple(found)


def forbid(situation: Situation) -> tuple[Refusal, ...]:
    """Refuse users that no entry owns, also those of which the listing shows no more than that they exist."""
    if situation.configuration.unmanaged != "forbid":
        return ()
    names = _foreign(situation.configuration, situation.ownership)
    names += ["a row without a name" for fault in situation.listing.faults if fault.smtp_user_name is None]
    if not names:
        return ()
    few = ", ".join(names[:_FEW])
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return (
        Refusal(
            "unmanaged",
            f"the account has users that no entry owns, and unmanaged is forbid: {few}{more}",
            "adopt each with an entry that pins its smtp_user_name, leave it alone with `unmanaged: {policy: forbid, "
            "except: [NAME]}`, or write `unmanaged: report`",
        ),
    )


def taken_down(configuration: Configuration, before: State, after: State, listing: Listing) -> Census | None:
    """Return the census of an apply that leads from `before` to `after`, with every user that it has told of.

    Who was let go of, is owned, or is left alone by a pattern is known from then on: somebody has decided about it.
    """
    if configuration.unmanaged == "ignore":
        return after.census
    ownership = divide(after, listing)
    loose = frozenset(ownership.strangers) - candidates(ownership)
    if after.census is None:
        return Census(known=tuple(sorted(loose)))
    foreign = frozenset(_foreign(configuration, ownership)) & loose
    let_go = before.owned().keys() & foreign
    decided = (loose - foreign) | let_go | (set(after.census.appeared) & after.owned().keys())
    known = {*after.census.known, *decided}
    told = foreign & listing.users.keys()
    return Census(tuple(sorted(known)), tuple(sorted((told | set(after.census.appeared)) - known)))


def left_alone(configuration: Configuration) -> Callable[[str], bool]:
    """Return what says of a user, by the provider's name, whether a pattern of the files leaves it alone."""
    if not configuration.unmanaged_except:
        return lambda _: False
    pattern = re.compile("|".join(translate(one) for one in configuration.unmanaged_except))
    return lambda name: pattern.match(name) is not None


def _foreign(configuration: Configuration, ownership: Ownership) -> list[str]:
    """Return, sorted, the users that no entry owns or pins and no pattern leaves alone."""
    if not ownership.strangers:
        return []
    users = configuration.users.values()
    pinned = {user.smtp_user_name for user in users} | {user.password.alternate_pin for user in users}
    spared = left_alone(configuration)
    return [name for name in ownership.strangers if name not in pinned and not spared(name)]


def candidates(ownership: Ownership) -> frozenset[str]:
    """Return the users of which one may be ours."""
    unclear = (one for one in ownership.creates.values() if isinstance(one, Ambiguous))
    return frozenset(name for one in unclear for name in one.candidates)
