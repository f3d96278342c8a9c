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

"New" means: not listed when the create was journalled. A user that was there before can never be ours.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sarv_sync.model.state import Birthmark

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    marked = _by_birthmark(loose, listing)
    spares = _spares(state, marked)
    under_way = [intent for intent in state.intents.values() if intent.name not in state.bindings]
    claimed = {intent.birthmark for intent in under_way}
    rest = [name for name in loose if name not in spares and _mark(name, listing) not in claimed]
    creates = {intent.name: _resolve(intent, state, listing, marked, rest) for intent in under_way}
    ours = {found.smtp_user_name for found in creates.values() if isinstance(found, Found)}
    strangers = tuple(name for name in loose if name not in spares and name not in ours)
    return Ownership(creates, spares, strangers)


def _resolve(
    intent: Intent, state: State, listing: Listing, marked: dict[Birthmark, list[str]], rest: list[str]
) -> Resolution:
    before = frozenset(state.listings.get(intent.listing, ()))
    twins = [name for name in marked.get(intent.birthmark, ()) if name not in before]
    if len(twins) == 1:
        return Found(twins[0])
    if twins:
        return Ambiguous(tuple(twins))
    suspects = tuple(name for name in rest if name not in before and _may_be(name, intent, state, listing))
    return Ambiguous(suspects) if suspects else Absent()


def _may_be(name: str, intent: Intent, state: State, listing: Listing) -> bool:
    mark = _mark(name, listing)
    if mark is None or state.echoes_limits is not True:
        return True
    return mark.total_limit == intent.birthmark.total_limit


def _spares(state: State, marked: dict[Birthmark, list[str]]) -> dict[str, Retired]:
    return {
        name: retired
        for retired in state.retired
        for name in marked.get(retired.birthmark, ())
        if name not in state.listings.get(retired.listing, ())
    }


def _by_birthmark(names: Iterable[str], listing: Listing) -> dict[Birthmark, list[str]]:
    marked: dict[Birthmark, list[str]] = defaultdict(list)
    for name in names:
        mark = _mark(name, listing)
        if mark is not None:
            marked[mark].append(name)
    return marked


def _mark(name: str, listing: Listing) -> Birthmark | None:
    user = listing.users.get(name)
    return None if user is None else Birthmark(user.settings.total_limit, user.settings.hourly_limit)
