"""Which users of an account belong to one entry, for whoever writes entries down."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sarv_sync.model.evidence import NOTHING_KNOWN
from sarv_sync.model.users import DesiredUser, PasswordPolicy, Placed, Source, entry_name, is_second_name, second_name
from sarv_sync.planning.turns import pair_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.state import State
    from sarv_sync.model.users import Settings

_NOWHERE = Placed(Source("", 0, 0), (Source("", 0, 0),) * 3)
_TURNS = PasswordPolicy(rotation="alternate")


class Couple(NamedTuple):
    """The users of the entry called `name`, by the provider's names; `serves` is that of the one in use."""

    name: str
    first: str
    second: str
    serves: str


def couples(configuration: Configuration, state: State) -> tuple[Couple, ...]:
    """Return the users that take turns: as the state has them, else as an entry without users pins them."""
    return (*_bound(state), *_pinned(configuration, state))


def _bound(state: State) -> Iterator[Couple]:
    for name, binding in state.bindings.items():
        entry = entry_name(name)
        if is_second_name(name) and entry in state.bindings:
            first, second = state.bindings[entry], binding
            served = state.bindings[_serving(entry, first.applied, state)]
            yield Couple(entry, first.smtp_user_name, second.smtp_user_name, served.smtp_user_name)


def _serving(entry: str, settings: Settings, state: State) -> str:
    user = DesiredUser(entry, settings, _NOWHERE, password=_TURNS)
    pair = pair_of(user, state, (), NOTHING_KNOWN)
    return entry if pair is None else pair.serves


def _pinned(configuration: Configuration, state: State) -> Iterator[Couple]:
    owned = state.bindings.keys() | state.removed.keys()
    for user in configuration.users.values():
        first, second = user.smtp_user_name, user.password.alternate_pin
        if first and second and not owned & {user.name, second_name(user.name)}:
            yield Couple(user.name, first, second, first)
