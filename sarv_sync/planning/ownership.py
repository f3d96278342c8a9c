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
    from collections.abc import Collection, Iterable, Mapping, Sequence

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


def divide(state: State, listing: Listing, owned: Collection[str] | None = None) -> Ownership:
    """Say whose every user in `listing` is. `owned` are the users that the state owns, where they are known."""
    owned = state.owned() if owned is None else owned
    loose = sorted(_loose(listing, owned))
    under_way = [intent for intent in state.intents.values() if intent.name not in state.bindings]
    if not under_way and not state.retired:
        return Ownership({}, {}, tuple(loose))
    before = {key: frozenset(names) for key, names in state.listings.items()}
    marked = {} if state.echoes_limits is False else _by_birthmark(loose, listing)
    spares = _spares(state.retired, before, marked)
    claimed = {intent.birthmark for intent in under_way} & marked.keys()
    rest = [name for name in loose if name not in spares and _mark(name, listing) not in claimed]
    news = {
        key: _News([name for name in rest if name not in before.get(key, ())], state, listing)
        for key in {intent.listing for intent in under_way}
    }
    creates = {
        intent.name: _resolve(_new_with(intent, before, marked), news[intent.listing], intent) for intent in under_way
    }
    ours = {found.smtp_user_name for found in creates.values() if isinstance(found, Found)}
    strangers = tuple(name for name in loose if name not in spares and name not in ours)
    return Ownership(creates, spares, strangers)


def _loose(listing: Listing, owned: Collection[str]) -> Collection[str]:
    if not listing.faults and not listing.repeated:
        return [name for name in listing.users if name not in owned]
    return {name for name in listing.names() if name not in owned}


class _News:
    """The users that were not listed before some creates, and show none of their birthmarks; by what they show."""

    def __init__(self, names: Sequence[str], state: State, listing: Listing) -> None:
        self._all = tuple(names)
        self._unclear: list[str] = []
        self._by_limit: dict[tuple[str, int], list[str]] = {}
        self._exact = state.echoes_limits is True
        for name in names if self._exact else ():
            self._take_down(name, _mark(name, listing))

    def _take_down(self, name: str, mark: Birthmark | None) -> None:
        if mark is None:
            self._unclear.append(name)
        else:
            self._by_limit.setdefault(("total_limit", mark.total_limit), []).append(name)
            self._by_limit.setdefault(("hourly_limit", mark.hourly_limit), []).append(name)

    def that_may_be(self, intent: Intent) -> tuple[str, ...]:
        """Return, sorted, the users that may have come of the create: of some of them another hand may have changed
        half of the birthmark.
        """
        if not self._exact:
            return self._all
        born = intent.birthmark
        total = self._by_limit.get(("total_limit", born.total_limit), ())
        hourly = self._by_limit.get(("hourly_limit", born.hourly_limit), ())
        return tuple(sorted({*self._unclear, *total, *hourly}))


def _resolve(twins: Sequence[str], news: _News, intent: Intent) -> Resolution:
    if len(twins) == 1:
        return Found(twins[0])
    candidates = tuple(twins) or news.that_may_be(intent)
    return Ambiguous(candidates) if candidates else Absent()


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
