"""What a run has heard from the provider, and whether the state that it leaves says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.state import Birthmark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sarv_sync.model.state import State
    from sarv_sync.model.users import Field, Settings, Value
    from tests.simulation.account import Account


class Hearing:
    """Every call of a run for a new user, and every answer that it got. `before` is the state that it began with."""

    def __init__(self, before: State | None) -> None:
        self._before = before
        self._open: set[Birthmark] = set()
        self._added: set[str] = set()
        self._edited: dict[str, dict[Field, Value]] = {}
        self._not_listed_since: set[str] = set()

    def listed(self) -> None:
        """Note a listing."""
        self._not_listed_since.clear()

    def asks(self, settings: Settings) -> None:
        """Note a call that may make a user."""
        self._open.add(Birthmark(settings.total_limit, settings.hourly_limit))

    def refused(self, settings: Settings) -> None:
        """Note proof that a call made none."""
        self._open.discard(Birthmark(settings.total_limit, settings.hourly_limit))

    def added(self, smtp_user_name: str) -> None:
        """Note that a user was made."""
        self._added.add(smtp_user_name)

    def edited(self, smtp_user_name: str, fields: Mapping[Field, Value]) -> None:
        """Note that a user was given these values."""
        self._edited.setdefault(smtp_user_name, {}).update(fields)
        self._not_listed_since.add(smtp_user_name)

    def not_written(self, state: State, account: Account) -> Iterator[str]:
        """Yield what `state` does not say, or says although it was refuted."""
        owned = state.owned()
        for name in self._added - owned.keys():
            yield f"nobody owns {name}"
        for key, intent in state.intents.items():
            begun = self._before is not None and key in self._before.intents
            if not begun and intent.name not in state.bindings and intent.birthmark not in self._open:
                yield f"the create of {intent.name} is kept, and nothing can have come of it"
        for name, fields in self._edited.items():
            if name in owned and _shown(account, name, fields):
                yield from _not_applied(state, owned[name], fields)

    def refuted(self, state: State, account: Account) -> Iterator[str]:
        """Yield what counts as applied in `state` although the account was listed since and showed otherwise."""
        for name, binding in state.bindings.items():
            user, truth = binding.smtp_user_name, account.truth
            seen = user not in self._not_listed_since and user not in truth.unseen
            if user in self._edited and seen and account.users[user].settings != binding.applied:
                yield f"{name} counts as {binding.applied}, and was listed with {account.users[user].settings}"


def _not_applied(state: State, name: str, fields: Mapping[Field, Value]) -> Iterator[str]:
    applied = (state.bindings.get(name) or state.removed[name]).applied
    if any(applied.get(field) != value for field, value in fields.items()):
        yield f"{name} counts as {applied}, and was given {fields}"
    if name in state.creates_under_way():
        yield f"the create of {name} is still open"


def _shown(account: Account, smtp_user_name: str, fields: Mapping[Field, Value]) -> bool:
    """Whether the last listing, too, shows what was confirmed: it has the last word."""
    settings = account.users[smtp_user_name].settings
    same = all(settings.get(field) == value for field, value in fields.items())
    return same and smtp_user_name not in account.truth.unseen
