"""Which names move to which."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.model.users import second_name

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable

    from sarv_sync.model.state import Binding, State
    from sarv_sync.model.users import DesiredUser


def find_moves(
    desired: Iterable[DesiredUser], state: State, held: Collection[str] = (), gone: Collection[str] = ()
) -> dict[str, str]:
    """Return old name by new name, for every rename that is to be done now.

    A `renamed_from` that was carried out before, whose old name this state does not know, or whose old name is an
    entry that stays where it is, moves nothing. Chains and swaps are fine: a name may be taken by one entry while
    its own user moves on to another. A new name that is `held`, or that has a user of its own which stays, moves
    nothing either: `blocked_moves` finds those.

    A rename is taken back where its old name is an entry again, without a user, and its new name is none any more, as
    `git revert` leaves it; not for a name in `gone`, of which the files say what becomes of it.
    """
    return sort_out(desired, state, held, gone)[0]


def blocked_moves(
    desired: Iterable[DesiredUser], state: State, held: Collection[str] = (), gone: Collection[str] = ()
) -> dict[str, str]:
    """Return old name by new name, for every rename that should be done and cannot be: see `find_moves`."""
    return sort_out(desired, state, held, gone)[1]


def sort_out(
    desired: Iterable[DesiredUser], state: State, held: Collection[str] = (), gone: Collection[str] = ()
) -> tuple[dict[str, str], dict[str, str]]:
    """Return what `find_moves` and `blocked_moves` do."""
    wanted = _wanted(desired, state, gone)
    if not wanted:
        return {}, {}
    moves = _unoccupied({new: old for new, old in wanted.items() if new not in held}, state)
    return moves, {new: old for new, old in wanted.items() if new not in moves}


def astray(desired: Iterable[DesiredUser], state: State) -> dict[str, str]:
    """Return old name by new name, for every rename of an entry without a user whose old name nobody bears."""
    desired = tuple(desired)
    asked = {user.name: user.renamed_from for user in desired if user.renamed_from and user.smtp_user_name is None}
    if not asked:
        return {}
    known = _known(state)
    names = {user.name for user in desired}
    return {new: old for new, old in asked.items() if new not in known and old not in known and old not in names}


def moved(state: State, moves: dict[str, str]) -> State:
    """Return `state` with every name in `moves` in its new place.

    A retired user that bore the new name is let go: a name has one user. It was there before any open create.
    """
    if not moves:
        return state
    new_of = {old: new for new, old in moves.items()}
    bindings = {name: binding for name, binding in state.bindings.items() if name not in new_of}
    removed = {name: binding for name, binding in state.removed.items() if name not in new_of and name not in moves}
    for old, new in new_of.items():
        if old in state.bindings:
            bindings[new] = replace(state.bindings[old], renamed_from=old)
        elif old in state.removed:
            removed[new] = replace(state.removed[old], renamed_from=old)
    intents = {
        key: replace(intent, name=new_of.get(intent.name, intent.name)) for key, intent in state.intents.items()
    }
    after = replace(state, bindings=bindings, removed=removed, intents=intents)
    let_go = state.owned().keys() - after.owned().keys()
    listings = {key: (*names, *sorted(let_go - set(names))) for key, names in state.listings.items()}
    return replace(after, listings=listings) if let_go else after


def _wanted(desired: Iterable[DesiredUser], state: State, gone: Collection[str]) -> dict[str, str]:
    desired = tuple(desired)
    renamed = [user for user in desired if user.renamed_from is not None]
    formers = [(name, binding) for name, binding in state.bindings.items() if binding.renamed_from is not None]
    if not renamed and not formers:
        return {}
    known, names = _known(state), {user.name for user in desired}
    creating = state.creates_under_way()
    wanted: dict[str, str] = {}
    done: dict[str, str] = {}
    for user in renamed:
        if user.renamed_from is not None and user.renamed_from in known:
            (done if _done(user, state, creating) else wanted)[user.name] = user.renamed_from
    asking = {user.name for user in desired if user.renamed_from is not None or user.smtp_user_name is not None}
    wanted |= _undone(names - asking - known, formers, state, {*gone, *names, *wanted.values()})
    return _without_staying(_with_again(wanted, done), names)


def _with_again(wanted: dict[str, str], done: dict[str, str]) -> dict[str, str]:
    """Add what was done before and is to be done again: whose own user moves on now needs another one."""
    again = wanted
    while again := {old: done.pop(old) for old in again.values() if old in done}:
        wanted |= again
    return wanted


def _without_staying(wanted: dict[str, str], names: Collection[str]) -> dict[str, str]:
    """Take out whose old name is an entry that stays where it is, and so whoever was to follow one that does."""
    takers = _by_old_name(wanted)
    staying = [new for new, old in wanted.items() if old in names and old not in wanted]
    left = set(staying)
    while staying:
        follow = [new for new in takers.get(staying.pop(), ()) if new not in left]
        left.update(follow)
        staying += follow
    return {new: old for new, old in wanted.items() if new not in left}


def _by_old_name(moves: dict[str, str]) -> dict[str, list[str]]:
    takers: dict[str, list[str]] = {}
    for new, old in moves.items():
        takers.setdefault(old, []).append(new)
    return takers


def _undone(
    free: Collection[str], formers: Iterable[tuple[str, Binding]], state: State, gone: Collection[str]
) -> dict[str, str]:
    """Return the renames that are taken back: which of the names `free` is the former name of which other.

    Not of those in `gone`. What a name was called before is known for sure, unless two were called so.
    """
    former: dict[str, list[str]] = {}
    for name, binding in formers:
        old = binding.renamed_from
        if old is not None and old in free and name not in gone and second_name(name) not in state.bindings:
            former.setdefault(old, []).append(name)
    return {old: heirs[0] for old, heirs in former.items() if len(heirs) == 1}


def _known(state: State) -> set[str]:
    return {*state.bindings, *state.removed, *state.creates_under_way()}


def _done(user: DesiredUser, state: State, creating: Container[str]) -> bool:
    binding = state.bindings.get(user.name)
    if binding is not None:
        return binding.renamed_from == user.renamed_from
    # A name that is retired has its rename behind it only while nobody bears the old name again.
    retired, old = state.removed.get(user.name), user.renamed_from
    return retired is not None and retired.renamed_from == old and old not in state.bindings and old not in creating


def _unoccupied(moves: dict[str, str], state: State) -> dict[str, str]:
    """Return those of `moves` whose new name is free, or comes to be free as its own user moves on."""
    creating = state.creates_under_way()
    leaving = Counter(moves.values())

    def stays(name: str) -> bool:
        return not leaving[name] and (name in state.bindings or name in creating)

    # A retired user that was renamed from there before: whether it comes back or another follows, nobody can tell.
    unclear = {new for new, old in moves.items() if new in state.removed and state.removed[new].renamed_from == old}
    blocked = [new for new in moves if new in unclear or stays(new)]
    left = set(blocked)
    while blocked:
        old = moves[blocked.pop()]
        leaving[old] -= 1
        if old in moves and old not in left and stays(old):
            left.add(old)
            blocked.append(old)
    return {new: old for new, old in moves.items() if new not in left}
