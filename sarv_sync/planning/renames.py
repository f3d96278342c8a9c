"""Which names move to which."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.model.users import second_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sarv_sync.model.state import State
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
    moves = {new: old for new, old in _wanted(desired, state, gone).items() if new not in held}
    while blocked := _occupied(moves, state):
        moves = {new: old for new, old in moves.items() if new not in blocked}
    return moves


def blocked_moves(
    desired: Iterable[DesiredUser], state: State, held: Collection[str] = (), gone: Collection[str] = ()
) -> dict[str, str]:
    """Return old name by new name, for every rename that should be done and cannot be: see `find_moves`."""
    desired = tuple(desired)
    moves = find_moves(desired, state, held, gone)
    return {new: old for new, old in _wanted(desired, state, gone).items() if new not in moves}


def astray(desired: Iterable[DesiredUser], state: State) -> dict[str, str]:
    """Return old name by new name, for every rename of an entry without a user whose old name nobody bears."""
    desired = tuple(desired)
    asked = {user.name: user.renamed_from for user in desired if user.renamed_from and user.smtp_user_name is None}
    if not asked:
        return {}
    known = _known(state) | {user.name for user in desired}
    return {new: old for new, old in asked.items() if old not in known and new not in _known(state)}


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
    known, names, asking = _known(state), set[str](), set[str]()
    wanted: dict[str, str] = {}
    done: dict[str, str] = {}
    for user in desired:
        names.add(user.name)
        if user.renamed_from is not None or user.smtp_user_name is not None:
            asking.add(user.name)
        if user.renamed_from is not None and user.renamed_from in known:
            (done if _done(user, state) else wanted)[user.name] = user.renamed_from
    wanted |= _undone(names - asking, state, {*gone, *names, *wanted.values()})
    # Whose own user moves on now needs another one: what was done before is to be done again.
    while again := {old: done.pop(old) for old in wanted.values() if old in done}:
        wanted |= again
    while staying := {new for new, old in wanted.items() if old in names and old not in wanted}:
        wanted = {new: old for new, old in wanted.items() if new not in staying}
    return wanted


def _undone(names: set[str], state: State, gone: Collection[str]) -> dict[str, str]:
    """Return the renames that are taken back: which of `names`, without a user, is the former name of which other.

    Not of those in `gone`. What a name was called before is known for sure, unless two were called so.
    """
    free = names - _known(state)
    former: dict[str, list[str]] = {}
    for name, binding in state.bindings.items():
        if binding.renamed_from in free and name not in gone and second_name(name) not in state.bindings:
            former.setdefault(binding.renamed_from, []).append(name)
    return {old: heirs[0] for old, heirs in former.items() if len(heirs) == 1}


def _known(state: State) -> set[str]:
    return state.bindings.keys() | state.removed.keys() | {intent.name for intent in state.intents.values()}


def _done(user: DesiredUser, state: State) -> bool:
    binding = state.bindings.get(user.name)
    if binding is not None:
        return binding.renamed_from == user.renamed_from
    # A name that is retired has its rename behind it only while nobody bears the old name again.
    retired, borne = state.removed.get(user.name), state.bindings.keys() | state.creates_under_way().keys()
    return retired is not None and retired.renamed_from == user.renamed_from and user.renamed_from not in borne


def _occupied(moves: dict[str, str], state: State) -> set[str]:
    leaving = set(moves.values())
    creating = {intent.name for intent in state.intents.values()}
    # A retired user that was renamed from there before: whether it comes back or another follows, nobody can tell.
    unclear = {new for new, old in moves.items() if new in state.removed and state.removed[new].renamed_from == old}
    return {new for new in moves if new not in leaving and (new in state.bindings or new in creating)} | unclear
