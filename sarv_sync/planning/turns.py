"""Entries that two users take turns for: which of them serves, and what each is to be like.

::

    the other user                          is to be
    -------------------------------------   ------------------------------------------------
    is not there                            nothing, until it is its turn: made
    has never served, or is disabled        as it is, until it is its turn
    has served less than its grace ago      as it is: something may still log in with it
    has served, and its grace is over       disabled, if the one that serves is known to work; else as it is
    it is its turn                          as the entry says, with a new password

The user that serves is the one with the higher turn. The limits of both are those of the entry, always.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.model.evidence import age
from sarv_sync.model.users import Listing, second_name
from sarv_sync.model.verifier import tell
from sarv_sync.planning.taking_up import lags
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection

    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.state import Binding, State
    from sarv_sync.model.users import DesiredUser, Field, ObservedUser, Status


NO_LISTING = Listing({})


@dataclass(frozen=True, slots=True)
class Pair:
    """The users of an entry: the one that `serves`, by its name in the state, and the `other`, if there is or may be.

    `bindings` are theirs, as far as they are bound; `leaving` says that the other is no longer needed, `kept` why it
    is left enabled although its grace is over, `absent` that it is neither there nor about to be.
    """

    entry: DesiredUser
    serves: str
    other: str
    bindings: dict[str, Binding]
    leaving: bool = False
    kept: str | None = None
    absent: bool = False

    def is_free(self, evidence: Evidence) -> bool:
        """Say whether the other user may get a new password: nobody may still log in with its present one."""
        binding = self.bindings.get(self.other)
        if binding is None:
            return True
        if binding.password.left is None:
            return binding.applied.status == "Disable"
        return _is_over(self.entry, binding, evidence)

    def is_unfinished(self) -> bool:
        """Say whether the user that serves has not wholly taken over yet."""
        serving, other = self.bindings.get(self.serves), self.bindings.get(self.other)
        if serving is None or other is None or serving.password.turn <= other.password.turn:
            return False
        owed = any(delivery.verifier is None for delivery in serving.password.deliveries)
        return owed or (other.password.left is None and other.applied.status == "Enable")


def pair_of(
    entry: DesiredUser, state: State, creates: Collection[str], evidence: Evidence, listing: Listing = NO_LISTING
) -> Pair | None:
    """Return the users of an entry that has two or may come to have them, None for any other.

    `creates` are the names that are being made; `listing` tells which of two users works that are both to be adopted.
    """
    first, second = entry.name, second_name(entry.name)
    formers = _formers(entry, state)
    bindings = {
        name: binding
        for name, former in formers.items()
        if (binding := _binding(state, name) or _binding(state, former)) is not None
    }
    being_made = {
        name for name, former in formers.items() if not {name, former}.isdisjoint(creates)
    } - bindings.keys()
    there = second in bindings or second in being_made
    if not there and entry.password.rotation != "alternate" and entry.password.alternate_pin is None:
        return None
    pins = {first: entry.smtp_user_name, second: entry.password.alternate_pin}

    def standing(name: str) -> tuple[bool, int, bool]:
        observed = listing.users.get(pins[name] or "") if not bindings else None
        return _standing(bindings.get(name), observed, being_made=name in being_made)

    # Where nothing tells them apart, it is the first that serves.
    serves = max((first, second), key=standing)
    other = first if serves == second else second
    served = bindings.get(other)
    absent = served is None and other not in being_made and pins[other] is None
    pair = Pair(entry, serves, other, bindings, absent=absent)
    if served is None or not _is_over(entry, served, evidence):
        return pair
    kept = _objection(pair, served, listing, evidence) if served.applied.status == "Enable" else None
    return replace(pair, leaving=kept is None and evidence.timed("leave", other), kept=kept)


def _objection(pair: Pair, served: Binding, listing: Listing, evidence: Evidence) -> str | None:
    """Return why the user that has served must not be disabled, though its grace is over; None if nothing is."""
    binding = pair.bindings.get(pair.serves)
    observed = listing.users.get(binding.smtp_user_name) if binding is not None else None
    if binding is None or observed is None:
        return "the account does not list the one that serves now"
    if pair.entry.settings.status == "Enable" != observed.settings.status:
        return "the one that serves now is disabled"
    if lags(binding, observed, evidence) or not _has_arrived(binding, observed, evidence):
        return "the password of the one that serves now has not arrived everywhere"
    last, seen = served.password.last, listing.users.get(served.smtp_user_name)
    if last and seen and tell(evidence.verifier, last, seen.smtp_user_name, seen.password) == "other":
        return "somebody gave it another password since"
    return None


def _has_arrived(binding: Binding, observed: ObservedUser, evidence: Evidence) -> bool:
    """Say whether every target is known to hold a password, and none another than the account's."""
    return all(
        delivery.verifier is not None
        and tell(evidence.verifier, delivery.verifier, observed.smtp_user_name, observed.password) != "other"
        and evidence.sights.get(delivery.address, "there") == "there"
        for delivery in binding.password.deliveries
    )


def users_of(pair: Pair, *, turns: bool) -> list[DesiredUser]:
    """Return what the files want of the entry's users; `turns` says that it is the other's turn now."""
    wanted = [pair.serves] if pair.absent and not turns else [pair.serves, pair.other]
    return [_user(pair, name, full=turns or name == pair.serves) for name in wanted]


def _user(pair: Pair, name: str, *, full: bool) -> DesiredUser:
    entry = pair.entry
    own = replace(
        entry,
        settings=entry.settings if full else replace(entry.settings, status=_resting(pair, name)),
        ignore_changes=_ignored(pair, name, full=full),
    )
    if name == entry.name:
        return own
    former = entry.renamed_from and second_name(entry.renamed_from)
    return replace(own, name=name, smtp_user_name=entry.password.alternate_pin, renamed_from=former)


def _ignored(pair: Pair, name: str, *, full: bool) -> tuple[Field, ...]:
    """Return the fields left alone: where it is not known yet whether a user may be in use, its status is."""
    ignored = tuple(field for field in pair.entry.ignore_changes if field != "status")
    known = full or name in pair.bindings or pair.entry.settings.status == "Disable"
    return ignored if known else (*ignored, "status")


def _resting(pair: Pair, name: str) -> Status:
    binding = pair.bindings.get(name)
    if pair.entry.settings.status == "Disable" or pair.leaving or binding is None:
        return "Disable"
    return binding.applied.status


def _standing(binding: Binding | None, observed: ObservedUser | None, *, being_made: bool) -> tuple[bool, int, bool]:
    """Return what is larger for the user that serves."""
    if binding is None:
        return being_made, -1, observed is not None and observed.settings.status == "Enable"
    return False, binding.password.turn, binding.applied.status == "Enable"


def _is_over(entry: DesiredUser, binding: Binding, evidence: Evidence) -> bool:
    since = age(evidence, binding.password.left)
    return since is not None and since >= entry.password.grace


def _formers(entry: DesiredUser, state: State) -> dict[str, str]:
    """Return the names of both users, and what they were called before the entry was renamed.

    Once it has been, another entry may have come to be called so: the second user is that one's then.
    """
    former, own = entry.renamed_from or entry.name, _binding(state, entry.name)
    if own is not None and own.renamed_from == former and _binding(state, former) is not None:
        former = entry.name
    return {entry.name: former, second_name(entry.name): second_name(former)}


def _binding(state: State, name: str) -> Binding | None:
    return state.bindings.get(name) or state.removed.get(name)
