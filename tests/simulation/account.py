"""A simulated account: the users as they really are, and the provider that tells of them, well or badly."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

from sarv_sync.errors import AnswerUnusable, AuthenticationFailed, ProviderError, RequestRefused
from sarv_sync.model.answers import Created, NotCreated, Unknown
from sarv_sync.model.secret import Secret
from sarv_sync.model.users import Listing, ObservedUser, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sarv_sync.model.answers import AddAnswer
    from sarv_sync.model.users import Field, Value
    from tests.simulation.machine import Machine
    from tests.simulation.schedule import Deed

LAST = 9999
"""So many listings are never given: what is put off until then happens when all is over."""

Maker = Literal["before", "us", "person"]


class Witness(Protocol):
    """Is told of every call before it takes effect."""

    def provider_called(self) -> None: ...

    def adding(self, settings: Settings) -> None: ...

    def editing(self, smtp_user_name: str) -> None: ...


class Account:
    """What is true. Effects may be put off until so many listings have been given."""

    def __init__(
        self, users: Mapping[str, Settings], cap: Settings | None = None, hidden: Mapping[str, int] | None = None
    ) -> None:
        self.users = dict(users)
        self.makers: dict[str, Maker] = dict.fromkeys(users, "before")
        self.writes = 0
        self._cap = cap
        self._hidden = dict(hidden or {})
        self._put_off: list[tuple[int, Callable[[], object]]] = []
        self._previous = dict(users)

    def add(self, settings: Settings, maker: Maker) -> str:
        """Make a user, return its name."""
        name = f"smtp{len(self.makers) + 1:03}"
        self._previous = dict(self.users)
        self.users[name] = self._capped(settings)
        self.makers[name] = maker
        self.writes += 1
        return name

    def edit(self, name: str, fields: Mapping[Field, Value]) -> None:
        """Set values of a user."""
        values: dict[str, Any] = {field: fields[field] for field in fields}
        self._previous = dict(self.users)
        self.users[name] = self._capped(replace(self.users[name], **values))
        self.writes += 1

    def later(self, listings: int, effect: Callable[[], object]) -> None:
        """Let `effect` happen once so many more listings were given."""
        self._put_off.append((listings, effect))

    def hide(self, name: str, listings: int) -> None:
        """Leave the user out of the next listings."""
        self._hidden[name] = listings

    def newest(self) -> str | None:
        """Return the user of ours that was made last."""
        ours = [name for name, maker in self.makers.items() if maker == "us" and name in self.users]
        return ours[-1] if ours else None

    def shown(self, *, stale: bool = False) -> dict[str, Settings]:
        """Give a listing."""
        users = self._previous if stale else self.users
        hidden = {name for name, left in self._hidden.items() if left > 0}
        answer = {name: values for name, values in users.items() if name not in hidden}
        self._hidden = {name: left - 1 for name, left in self._hidden.items()}
        due = [effect for left, effect in self._put_off if left <= 1]
        self._put_off = [(left - 1, effect) for left, effect in self._put_off if left > 1]
        for effect in due:
            effect()
        return answer

    def settle(self, listings: int = LAST) -> bool:
        """Let so many listings' time go by; return whether something that was put off happened."""
        self._hidden = {}
        due = [effect for left, effect in self._put_off if left <= listings]
        self._put_off = [(left, effect) for left, effect in self._put_off if left > listings]
        for effect in due:
            effect()
        return bool(due)

    def _capped(self, values: Settings) -> Settings:
        if self._cap is None:
            return values
        total = min(values.total_limit, self._cap.total_limit)
        return Settings(total, min(values.hourly_limit, self._cap.hourly_limit), values.status)


class Provider:
    """The provider as one run sees it."""

    def __init__(self, account: Account, machine: Machine, witness: Witness) -> None:
        self._account = account
        self._machine = machine
        self._witness = witness

    def list_users(self) -> Listing:
        return self._machine.call("list", self._list)

    def add_user(self, total_limit: int, hourly_limit: int) -> AddAnswer:
        settings = Settings(total_limit, hourly_limit, "Enable")
        return self._machine.call(f"add {total_limit}/{hourly_limit}", lambda deeds: self._add(settings, deeds))

    def edit_user(self, smtp_user_name: str, fields: Mapping[Field, Value]) -> None:
        values = dict(fields)
        self._machine.call(f"edit {smtp_user_name} {values}", lambda deeds: self._edit(smtp_user_name, values, deeds))

    def _list(self, deeds: tuple[Deed, ...]) -> Listing:
        self._witness.provider_called()
        if "answer lost" in deeds:
            raise AnswerUnusable("no answer")
        if "empty" in deeds:
            return Listing({})
        return listing_of(self._account.shown(stale="stale" in deeds))

    def _add(self, settings: Settings, deeds: tuple[Deed, ...]) -> AddAnswer:
        self._witness.provider_called()
        self._witness.adding(settings)
        for deed in deeds:
            if deed == "request lost":
                return Unknown(AnswerUnusable("no answer"))
            if deed.startswith("late"):
                self._account.later(_count(deed), lambda: self._account.add(settings, "us"))
                return Unknown(AnswerUnusable("no answer"))
            if (error := _refusal(deed)) is not None:
                return NotCreated(error)
        name = self._account.add(settings, "us")
        if "shown late" in deeds:
            self._account.hide(name, 3)
        if "answer lost" in deeds:
            return Unknown(AnswerUnusable("no answer"))
        if "names another" in deeds:
            # One that was there before the run. A new user of another's cannot be told from the one that was made.
            name = next((known for known in self._account.users if self._account.makers[known] == "before"), name)
        return Created(name, Secret("pass word"))

    def _edit(self, name: str, fields: Mapping[Field, Value], deeds: tuple[Deed, ...]) -> None:
        self._witness.provider_called()
        self._witness.editing(name)
        for deed in deeds:
            if deed == "request lost":
                raise AnswerUnusable("no answer")
            if deed.startswith("late"):
                self._account.later(_count(deed), lambda: self._account.edit(name, fields))
                raise AnswerUnusable("no answer")
            if (error := _refusal(deed)) is not None:
                raise error
        self._account.edit(name, fields)
        if "answer lost" in deeds:
            raise AnswerUnusable("no answer")


def listing_of(users: Mapping[str, Settings]) -> Listing:
    """Return what a well-behaved provider lists."""
    return Listing({name: ObservedUser(name, values, Secret("pass word")) for name, values in users.items()})


def _count(deed: Deed) -> int:
    return int(deed.rpartition(" ")[2])


def _refusal(deed: Deed) -> ProviderError | None:
    match deed:
        case "refused":
            return RequestRefused("the request was refused")
        case "unauthorized":
            return AuthenticationFailed("the token was refused")
        case "unreachable":
            return ProviderError("the connection was refused")
        case _:
            return None
