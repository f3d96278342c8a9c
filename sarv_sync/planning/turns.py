"""Entries that two users take turns for: which of them serves, and what each is to be like.

::

    the other user                          is to be
    -------------------------------------   ------------------------------------------------
    is not there                            nothing, until a password is to be changed: made
    has never served, or is disabled        as it is, until it is its turn
    has served less than its grace ago      as it is: something may still log in with it
    has served, and its grace is over       disabled
    it is its turn                          as the entry says, with a new password

The user that serves is the one with the higher turn. The limits of both are those of the entry, always.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sarv_sync.model.evidence import age
from sarv_sync.model.users import second_name

if TYPE_CHECKING:
    from collections.abc import Collection

    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.state import Binding, State
    from sarv_sync.model.users import DesiredUser, Field, Status


@dataclass(frozen=True, slots=True)
class Pair:
    """The users of an entry: the one that `serves`, by its name in the state, and the `other`, if there is or may be.

    `bindings` are theirs, as far as they are bound; `leaving` says that the other is no longer needed.
    """

    entry: DesiredUser
    serves: str
    other: str
    bindings: dict[str, Binding]
    leaving: bool = False

    def is_free(self, evidence: Evidence) -> bool:
        """Say whether the other user may get a new password: nobody may still log in with its present one."""
        binding = self.bindings.get(self.other)
        if binding is None:
            return True
        if binding.password.left is None:
            return binding.applied.status == "Disable"
        return _is_over(self.entry, binding, evidence)


def pair_of(entry: DesiredUser, state: State, creates: Collection[str], evidence: Evidence) -> Pair | None:
    """Return the users of an entry that has two or may come to have them, None for any other.

    `creates` are the names that are being made.
    """
    first, second = entry.name, second_name(entry.name)
    bindings = {
        name: binding
        for name, former in _formers(entry).items()
        if (binding := _binding(state, name) or _binding(state, former)) is not None
    }
    there = second in bindings or second in creates
    if not there and entry.password.rotation != "alternate" and entry.password.alternate_pin is None:
        return None
    being_made = {second} & set(creates) - bindings.keys()
    serves = max((second, first), key=lambda name: _standing(bindings.get(name), being_made=name in being_made))
    # Where nothing tells them apart, it is the first that serves.
    if _standing(bindings.get(first)) == _standing(bindings.get(serves), being_made=serves in being_made):
        serves = first
    other = first if serves == second else second
    served = bindings.get(other)
    leaving = served is not None and _is_over(entry, served, evidence) and evidence.timed("leave", other)
    return Pair(entry, serves, other, bindings, leaving)


def users_of(pair: Pair, *, turns: bool) -> list[DesiredUser]:
    """Return what the files want of the entry's users; `turns` says that it is the other's turn now."""
    there = pair.other in pair.bindings or pair.other == pair.entry.name or pair.entry.password.alternate_pin
    wanted = [pair.serves, pair.other] if turns or there else [pair.serves]
    return [_user(pair, name, full=turns or name == pair.serves) for name in wanted]


def _user(pair: Pair, name: str, *, full: bool) -> DesiredUser:
    entry = pair.entry
    settings = entry.settings if full else replace(entry.settings, status=_resting(pair, name))
    ignored = _ignored(pair, name, full=full)
    if name == entry.name:
        return replace(entry, settings=settings, ignore_changes=ignored)
    former = _formers(entry)[name]
    return replace(
        entry,
        name=name,
        settings=settings,
        ignore_changes=ignored,
        smtp_user_name=entry.password.alternate_pin,
        renamed_from=former if entry.renamed_from is not None else None,
        recreate=False,
    )


def _ignored(pair: Pair, name: str, *, full: bool) -> tuple[Field, ...]:
    """Return the fields left alone: where it is not known yet whether a user may be in use, its status is."""
    ignored = tuple(field for field in pair.entry.ignore_changes if field != "status")
    return ignored if full or name in pair.bindings else (*ignored, "status")


def _resting(pair: Pair, name: str) -> Status:
    binding = pair.bindings.get(name)
    if pair.entry.settings.status == "Disable" or pair.leaving or binding is None:
        return "Disable"
    return binding.applied.status


def _standing(binding: Binding | None, *, being_made: bool = False) -> tuple[bool, int, bool]:
    """Return what is larger for the user that serves."""
    if binding is None:
        return being_made, -1, False
    return False, binding.password.turn, binding.applied.status == "Enable"


def _is_over(entry: DesiredUser, binding: Binding, evidence: Evidence) -> bool:
    since = age(evidence, binding.password.left)
    return since is not None and since >= entry.password.grace


def _formers(entry: DesiredUser) -> dict[str, str]:
    """Return the names of both users, and what they were called before the entry was renamed."""
    former = entry.renamed_from or entry.name
    return {entry.name: former, second_name(entry.name): second_name(former)}


def _binding(state: State, name: str) -> Binding | None:
    return state.bindings.get(name) or state.removed.get(name)
