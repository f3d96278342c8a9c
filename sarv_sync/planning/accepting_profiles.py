"""Which accepted values may go to a profile: those that every user shows which takes them from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import Fault
from sarv_sync.model.evidence import NOTHING_KNOWN
from sarv_sync.model.users import FIELDS
from sarv_sync.planning.renames import find_moves, moved
from sarv_sync.planning.turns import pair_of
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.state import Binding, State
    from sarv_sync.model.users import DesiredUser, Field, Listing, Source, Value
    from sarv_sync.planning.accepting import Wanted

_FEW = 5


@dataclass(frozen=True, slots=True)
class Takers:
    """Who takes which values from profiles, and what their users have.

    `places` is where each profile says what it does, by its name and the field.
    """

    configuration: Configuration
    state: State
    listing: Listing
    places: Mapping[tuple[str, Field], Source]

    def profile_of(self, user: DesiredUser, field: Field) -> str | None:
        """Return the profile that `user` has its value of `field` from, None where that is no profile."""
        if user.profile is None:
            return None
        place = self.places.get((user.profile, field))
        return user.profile if place is not None and place == user.field_sources[FIELDS.index(field)] else None

    def by_profile(self) -> dict[tuple[str, Field], dict[Value | None, list[str]]]:
        """Return who takes a field from a profile, by the value that the account has for it.

        Those that ignore what becomes of the field are left out. None is the value of two users that differ, and of
        those that are not there.
        """
        users, gone = self.configuration.users.values(), self.configuration.removed
        state = moved(self.state, find_moves(users, self.state, gone=gone))
        takers: dict[tuple[str, Field], dict[Value | None, list[str]]] = {}
        for user in self.configuration.users.values():
            for field in FIELDS:
                profile = self.profile_of(user, field)
                if profile is not None and field not in user.ignore_changes:
                    shown = self._shown(user, field, state)
                    takers.setdefault((profile, field), {}).setdefault(shown, []).append(user.name)
        return takers

    def _shown(self, user: DesiredUser, field: Field, state: State) -> Value | None:
        seen = [self.listing.users.get(binding.smtp_user_name) for binding in self._bindings(user, field, state)]
        shown = {None if one is None else one.settings.get(field) for one in seen}
        return shown.pop() if len(shown) == 1 else None

    def _bindings(self, user: DesiredUser, field: Field, state: State) -> list[Binding]:
        pair = pair_of(user, self.state, self.state.creates_under_way(), NOTHING_KNOWN)
        if pair is None:
            return [state.bindings[user.name]] if user.name in state.bindings else []
        names = (pair.serves,) if field == "status" else (pair.serves, pair.other)
        return [pair.bindings[name] for name in names if name in pair.bindings]


def values_of_profiles(
    values: Sequence[Wanted], takers: Takers
) -> tuple[dict[tuple[str, Field], str], tuple[Fault, ...]]:
    """Return the profile that each of `values` may be written into, by its entry and field; and why others may not.

    One that comes from a profile and does not go there has to go to its user.
    """
    everybody = takers.by_profile()
    found: dict[tuple[str, Field], str] = {}
    others: dict[tuple[str, Field], list[str]] = {}
    for value in values:
        profile = takers.profile_of(takers.configuration.users[value.name], value.field)
        if profile is None or (profile, value.field) not in everybody:
            continue
        where = (profile, value.field)
        shown = everybody[where]
        if shown.keys() == {value.after}:
            found[value.name, value.field] = profile
        elif where not in others:
            others[where] = [name for other, names in shown.items() if other != value.after for name in names]
    return found, tuple(_remark(*where, names) for where, names in others.items())


def _remark(profile: str, field: Field, names: Sequence[str]) -> Fault:
    few = ", ".join(sorted(names)[:_FEW]) + (f" and {len(names) - _FEW:,} more" if len(names) > _FEW else "")
    have = "has" if len(names) == 1 else "have"
    message = (
        f"the {field} of the profile {profile} stays, and goes to users instead: {few} {have} another in the account"
    )
    return Fault(message, "a profile gets a value only if every user shows it that takes it from there")
