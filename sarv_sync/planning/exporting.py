"""Which users of an account belong into the files, and under which names.

::

    the user                                           whole account    what the files lack
    ------------------------------------------------   --------------   -------------------
    bound to a name of the files                       its name         -
    second user of an entry                            in its entry     in its entry
    pinned by an entry                                 the entry's      -
    bound to a name that the files do not have         its name         its name
    bound to a name under `removed:`                   its name         -
    nobody's                                           a chosen one, else a derived one, in both
    nobody's, and a pattern leaves it alone            the same         -
    retired, or a spare                                -                -
    of a create that is under way, or may be           - (a warning)    - (a warning)
    with a row that cannot be read                     - (a warning)    - (a warning)
    with a name that cannot be pinned                  - (a warning)    - (a warning)

Nothing is bound on a guess: where an entry and a user look alike, that is said, and a person decides.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.errors import Fault, Refused
from sarv_sync.model.export import NO_CHOICES, Export, ExportedUser, can_be_pinned
from sarv_sync.model.users import NAME, entry_name
from sarv_sync.planning.choosing import chosen_names, unused_choices
from sarv_sync.planning.health import check_listing
from sarv_sync.planning.naming import derive_names, told_apart
from sarv_sync.planning.oddities import odd_limits
from sarv_sync.planning.ownership import Ambiguous, Found, divide
from sarv_sync.planning.pairs import couples
from sarv_sync.planning.remarking import Remarking
from sarv_sync.planning.unmanaged import left_alone
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.export import Choices
    from sarv_sync.model.state import State
    from sarv_sync.model.users import Listing
    from sarv_sync.planning.ownership import Ownership
    from sarv_sync.planning.pairs import Couple


@dataclass(frozen=True, slots=True)
class _Sides:
    """`loose` are the entries without a user, whose names may be chosen for one where `gives` says so."""

    configuration: Configuration
    state: State
    listing: Listing
    ownership: Ownership
    choices: Choices
    loose: frozenset[str]
    gives: bool


def export_account(
    configuration: Configuration, state: State, listing: Listing, choices: Choices = NO_CHOICES
) -> Export:
    """Return every user of the account that can be written into a file; `choices` has names for those without one.

    Raises `Refused` for a listing that contradicts itself, or that is empty although users are known, and
    `InputError` for a chosen name that is another's. The name of an entry that has no user yet may be chosen.
    """
    sides = _take_in(configuration, state, listing, choices, gives=True)
    export = _export(sides, listing.users)
    there = {user.name for user in export.users}
    formers = {one.name: one.renamed_from for one in configuration.users.values()}
    missing = tuple(sorted(name for name, former in formers.items() if not there & {name, former}))
    return replace(export, without_user=missing, spared=len(_spared(sides)))


def export_missing(
    configuration: Configuration, state: State, listing: Listing, choices: Choices = NO_CHOICES
) -> Export:
    """Return the users that the files do not know, and do not leave alone. Raises as `export_account` does."""
    sides = _take_in(configuration, state, listing, choices, gives=False)
    spared = _spared(sides)
    known = {user.smtp_user_name for user in configuration.users.values()}
    names = _names_in_files(configuration) | configuration.removed.keys()
    known |= {user.password.alternate_pin for user in configuration.users.values()}
    known |= {binding.smtp_user_name for name, binding in state.bindings.items() if entry_name(name) in names}
    export = _export(sides, [user for user in listing.users if user not in known | spared])
    return replace(export, spared=len(spared))


def entries_without_user(configuration: Configuration, state: State) -> tuple[str, ...]:
    """Return the names of the entries that have neither a pin nor a user in the state, nor are to get one."""
    has = state.bindings.keys() | state.removed.keys() | state.creates_under_way().keys()
    entries = configuration.users.values()
    return tuple(
        sorted(one.name for one in entries if one.smtp_user_name is None and not has & {one.name, one.renamed_from})
    )


def _take_in(
    configuration: Configuration, state: State, listing: Listing, choices: Choices, *, gives: bool
) -> _Sides:
    if listing.repeated:
        raise Refused(
            f"the account lists {min(listing.repeated)} more than once, so nothing was exported",
            "try again later; if it stays like this, the provider has to mend its listing",
        )
    if not listing.names() and (bad := check_listing(state, listing)) is not None:
        raise Refused(bad.message, bad.hint)
    loose = frozenset(entries_without_user(configuration, state))
    return _Sides(configuration, state, listing, divide(state, listing), choices, loose, gives)


def _spared(sides: _Sides) -> frozenset[str]:
    """Return the users that a pattern of the files leaves alone, and that no entry pins."""
    entries = sides.configuration.users.values()
    pinned = {one.smtp_user_name for one in entries} | {one.password.alternate_pin for one in entries}
    spared = left_alone(sides.configuration)
    return frozenset(user for user in sides.ownership.strangers if user not in pinned and spared(user))


def _export(sides: _Sides, users: Iterable[str]) -> Export:
    retired = {binding.smtp_user_name for binding in sides.state.removed.values()} | sides.ownership.spares.keys()
    unfinished = _unfinished(sides)
    wanted = [user for user in users if user not in retired]
    chosen = [user for user in wanted if user not in unfinished and can_be_pinned(user)]
    by_second = {couple.second: couple for couple in couples(sides.configuration, sides.state)}
    pairs = [by_second[user] for user in chosen if user in by_second]
    firsts = [user for user in chosen if user not in by_second]
    ordered = tuple(sorted(_exported(sides, firsts, pairs), key=lambda one: one.name))
    alone = [couple for couple in pairs if couple.first not in set(chosen)]
    left_out = len(retired & sides.listing.users.keys())
    return Export(ordered, left_out, (*_warnings(sides, wanted, unfinished, ordered), *_alone(alone)))


def _exported(sides: _Sides, users: Sequence[str], pairs: Iterable[Couple]) -> Iterator[ExportedUser]:
    """Yield the entries of `users`. Where two take turns, the values are those of the one in use."""
    names, by_first = _names(sides, users), {couple.first: couple for couple in pairs}
    remarking = Remarking(sides.configuration, sides.state, sides.choices)
    for user in users:
        couple = by_first.get(user)
        serves, second = (user, None) if couple is None else (couple.serves, couple.second)
        remarks = remarking.of(names[user], user)
        yield ExportedUser(names[user], user, sides.listing.users[serves].settings, second, remarks)


def _alone(pairs: Iterable[Couple]) -> Iterator[Fault]:
    for couple in sorted(pairs, key=lambda one: one.second):
        yield Fault(
            f"{told_apart(couple.second)} is not exported: it is the second user of {couple.name}, whose first is not"
        )


def _unfinished(sides: _Sides) -> dict[str, str]:
    """Return the users that came of a create under way, or may have, with its name. Their limits are no one's."""
    found = {}
    for name, resolution in sorted(sides.ownership.creates.items()):
        match resolution:
            case Found(user):
                found[user] = name
            case Ambiguous(candidates):
                found |= dict.fromkeys(candidates, name)
    bindings = sides.state.bindings
    return found | {
        bindings[name].smtp_user_name: name for name in sides.state.creates_under_way() if name in bindings
    }


def _names(sides: _Sides, users: Iterable[str]) -> dict[str, str]:
    """Return what each user is called: as it is already, else as somebody chose, else after itself."""
    given, state, chosen_for = _given(sides), sides.state, sides.choices.users.values()
    nameless = [user for user in users if user not in given]
    taken = state.bindings.keys() | state.removed.keys() | state.creates_under_way().keys()
    taken |= _names_in_files(sides.configuration) | sides.configuration.removed.keys()
    free = sides.loose if sides.gives else frozenset[str]()
    chosen = chosen_names(sides.choices, set(nameless), taken - free, sides.loose)
    taken |= {choice.name for choice in chosen_for if choice.name}
    return given | chosen | derive_names((user for user in nameless if user not in chosen), taken)


def _given(sides: _Sides) -> dict[str, str]:
    """Return the names that users have: in the state, else as the entry that pins them."""
    state, entries = sides.state, sides.configuration.users.values()
    bound = {one.smtp_user_name: name for name, one in state.bindings.items() if NAME.fullmatch(name)}
    owned = state.bindings.keys() | state.removed.keys()
    pinned = {one.smtp_user_name: one.name for one in entries if one.smtp_user_name and one.name not in owned}
    return {**pinned, **bound}


def _names_in_files(configuration: Configuration) -> set[str]:
    """Return the names of entries, and those that they had before."""
    entries = configuration.users.values()
    return {one.name for one in entries} | {one.renamed_from for one in entries if one.renamed_from}


def _warnings(
    sides: _Sides, wanted: Iterable[str], unfinished: dict[str, str], users: Iterable[ExportedUser]
) -> Iterator[Fault]:
    if sides.state.lost is not None:
        yield Fault(
            f"the state is gone (serial {sides.state.lost} was written here), and with it who had which name",
            "restore it with `sarv-sync state push FILE` if there is a copy; else pins in the entries bring it back",
        )
    for row in sorted(sides.listing.faults, key=lambda row: (row.smtp_user_name or "", row.message)):
        row_of = told_apart(row.smtp_user_name) if row.smtp_user_name else "a row without a name"
        yield Fault(f"the account's listing: {row_of}: {row.message}; it is not exported")
    for user in sorted(wanted):
        if user in unfinished:
            yield Fault(
                f"{told_apart(user)} is not exported: a create of {unfinished[user]} is under way, and may have made "
                "it",
                "`sarv-sync apply` finishes what was begun; export again afterwards",
            )
        elif not can_be_pinned(user):
            yield Fault(f"{told_apart(user)} is not exported: no file can hold such a name as a pin")
    yield from unused_choices(sides.choices, sides.listing, _given(sides))
    yield from odd_limits(users)
