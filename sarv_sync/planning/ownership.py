"""Whose is each user of the account?

A user belongs to the name that is bound to it. A user that no name is bound to may still be ours: a create whose
answer was lost left it behind, and its birthmark says so::

    new users with the birthmark   other new users                        the create
    ----------------------------   ------------------------------------   ---------------------------
    one                            any                                    found: that user is ours
    two or more                    any                                    ambiguous
    none                           one with half of the birthmark,        ambiguous: another hand may
                                   or an illegible one                    have changed it
    none                           any, and the account is not known      ambiguous
                                   to echo limits exactly
    none                           anything else                          absent

"New" means: not listed when the create was journalled. A user that was there before can never be ours. Where the
account is known not to echo limits exactly, no user counts as having a birthmark.

A given-up create's user, should it turn up after all, is a spare, unless two new users show its birthmark: nothing
proves then which of them is ours.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

from sarv_sync.model.state import Birthmark
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sarv_sync.model.state import Intent, Retired, State
    from sarv_sync.model.users import Listing


@dataclass(frozen=True, slots=True)
class Found:
    """The user that an unanswered create made."""

    smtp_user_name: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Users of which one may be ours, and nothing proves which."""

    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Absent:
    """No user shows the birthmark, so far."""


Resolution = Found | Ambiguous | Absent

Before: TypeAlias = "Mapping[str, frozenset[str]]"
"""The names that were listed when a create was journalled, by the id of that listing."""

Marked: TypeAlias = "dict[Birthmark, list[str]]"
"""The users that nobody owns, by the pair of limits they show."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """The account divided up.

    `creates` resolves every open create whose user is not yet bound, by the name being created; `spares` are
    users of given-up creates that turned up after all; `strangers` are all the others, sorted.
    """

    creates: dict[str, Resolution]
    spares: dict[str, Retired]
    strangers: tuple[str, ...]


def divide(state: State, listing: Listing) -> Ownership:
    """Say whose every user in `listing` is."""
    owned = state.owned()
    loose = sorted(name for name in listing.names() if name not in owned)
    before = {key: frozenset(names) for key, names in state.listings.items()}
    marked = {} if state.echoes_limits is False else _by_birthmark(loose, listing)
    spares = _spares(state.retired, before, marked)
    under_way = [intent for intent in state.intents.values() if intent.name not in state.bindings]
    claimed = {intent.birthmark for intent in under_way} & marked.keys()
    rest = [name for name in loose if name not in spares and _mark(name, listing) not in claimed]
    news = {key: [name for name in rest if name not in before.get(key, ())] for key in {i.listing for i in under_way}}
    creates: dict[str, Resolution] = {}
    for intent in under_way:
        twins = _new_with(intent, before, marked)
        suspects = [name for name in news[intent.listing] if _may_be(name, intent, state, listing)]
        creates[intent.name] = _resolve(twins, suspects)
    ours = {found.smtp_user_name for found in creates.values() if isinstance(found, Found)}
    strangers = tuple(name for name in loose if name not in spares and name not in ours)
    return Ownership(creates, spares, strangers)


def _resolve(twins: Sequence[str], suspects: Sequence[str]) -> Resolution:
    if len(twins) == 1:
        return Found(twins[0])
    if twins or suspects:
        return Ambiguous(tuple(twins or suspects))
    return Absent()


def _may_be(name: str, intent: Intent, state: State, listing: Listing) -> bool:
    mark = _mark(name, listing)
    if mark is None or state.echoes_limits is not True:
        return True
    born = intent.birthmark
    return mark.total_limit == born.total_limit or mark.hourly_limit == born.hourly_limit


def _spares(retired: Iterable[Retired], before: Before, marked: Marked) -> dict[str, Retired]:
    holders = ((_new_with(given_up, before, marked), given_up) for given_up in retired)
    return {names[0]: given_up for names, given_up in holders if len(names) == 1}


def _new_with(create: Intent | Retired, before: Before, marked: Marked) -> list[str]:
    """Return the users that show the birthmark of `create` and were not there before it."""
    old = before.get(create.listing, frozenset())
    return [name for name in marked.get(create.birthmark, ()) if name not in old]


def _by_birthmark(names: Iterable[str], listing: Listing) -> Marked:
    marked: dict[Birthmark, list[str]] = defaultdict(list)
    for name in names:
        mark = _mark(name, listing)
        if mark is not None:
            marked[mark].append(name)
    return marked


def _mark(name: str, listing: Listing) -> Birthmark | None:
    user = listing.users.get(name)
    return None if user is None else Birthmark(user.settings.total_limit, user.settings.hourly_limit)
