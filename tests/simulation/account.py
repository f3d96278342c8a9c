"""A simulated account: the users as they really are, and what is still going to happen to them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sarv_sync.model.secret import Secret
from sarv_sync.model.users import Listing, ObservedUser, Settings

if TYPE_CHECKING:
    from sarv_sync.model.users import Field, Value

SOON, LAST = 1000, 9999
"""So many listings go by before calm returns, and so many only when everything is over."""

PASSWORD = "pass word of "
"""What every password of a simulated account begins with, and nothing else does."""

Maker = Literal["before", "us", "person"]


class User(NamedTuple):
    """A user of the account, and who made it.

    `meddled`: a person has changed it since; `born`: the limits that we made it with.
    """

    settings: Settings
    maker: Maker
    meddled: bool = False
    born: tuple[int, int] | None = None


class Effect(NamedTuple):
    """What a call does to the account: it sets `fields` of the user `name`; without a name, it makes a user."""

    name: str | None
    fields: tuple[tuple[Field, Value], ...]


Users = tuple[tuple[str, User], ...]


class Truth(NamedTuple):
    """The account at one moment. Two accounts that are equal in this will never differ.

    `previous` are the users before the last change, `cap` the highest limits that the account knows, `put_off` what
    happens once so many listings were given, `hidden` the users that so many listings leave out, `unseen` those that
    the last listing did not show as they are.
    """

    users: Users
    previous: Users
    cap: Settings | None = None
    put_off: tuple[tuple[int, Effect], ...] = ()
    hidden: tuple[tuple[str, int], ...] = ()
    unseen: frozenset[str] = frozenset()

    def settled(self, listings: int) -> Truth:
        """Return the account after the time of so many listings."""
        account = Account(self)
        account.pass_time(listings)
        return account.truth


class Account:
    """The account as it changes."""

    def __init__(self, truth: Truth) -> None:
        self.truth = truth

    @property
    def users(self) -> dict[str, User]:
        """The users by name, in the order in which they were made."""
        return dict(self.truth.users)

    def do(self, effect: Effect) -> str:
        """Let a call of ours take effect; return the user's name."""
        if effect.name is None:
            return self.add(_changed(Settings(0, 0, "Enable"), effect.fields), "us")
        user = self.users[effect.name]
        self._put(effect.name, user._replace(settings=_changed(user.settings, effect.fields)))
        return effect.name

    def add(self, settings: Settings, maker: Maker) -> str:
        """Make a user, return its name."""
        name = f"smtp{len(self.truth.users) + 1:03}"
        self._put(
            name,
            User(settings, maker, born=_limits(settings) if maker == "us" else None),
        )
        return name

    def meddle(self, name: str, **values: Any) -> None:
        """Let a person change a user."""
        user = self.users[name]
        self._put(name, user._replace(settings=replace(user.settings, **values), meddled=True))

    def later(self, listings: int, effect: Effect) -> None:
        """Let `effect` happen once so many more listings were given."""
        self.truth = self.truth._replace(put_off=(*self.truth.put_off, (listings, effect)))

    def hide(self, name: str, listings: int) -> None:
        """Leave the user out of the next listings."""
        self.truth = self.truth._replace(hidden=(*self.truth.hidden, (name, listings)))

    def newest(self) -> str | None:
        """Return the user of ours that was made last, of those that anybody can see."""
        hidden = {name for name, _ in self.truth.hidden}
        ours = [name for name, user in self.truth.users if user.maker == "us" and name not in hidden]
        return ours[-1] if ours else None

    def listing(self, *, stale: bool = False) -> Listing:
        """Give a listing. What is due then happens right after it."""
        truth = self.truth
        users = truth.previous if stale else truth.users
        hidden = frozenset(name for name, left in truth.hidden if left > 0)
        answer = listing_of(users, hidden)
        if stale or truth.unseen:
            differ = {name for name, user in truth.users if (name, user) not in users}
            self.truth = truth._replace(unseen=frozenset(differ) | hidden)
        self._tick(1)
        return answer

    def pass_time(self, listings: int = LAST) -> None:
        """Let so many listings' time go by. Whatever was hidden shows."""
        self.truth = self.truth._replace(hidden=())
        self._tick(listings)

    def _tick(self, listings: int) -> None:
        put_off, hidden = self.truth.put_off, self.truth.hidden
        if put_off or hidden:
            left = tuple((wait - listings, effect) for wait, effect in put_off if wait > listings)
            seen = tuple((name, wait - listings) for name, wait in hidden if wait > listings)
            self.truth = self.truth._replace(put_off=left, hidden=seen)
            for wait, effect in put_off:
                if wait <= listings:
                    self.do(effect)

    def _put(self, name: str, user: User) -> None:
        truth = self.truth
        users = self.users
        users[name] = user._replace(settings=self._capped(user.settings))
        self.truth = truth._replace(
            users=tuple(users.items()),
            previous=truth.users,
            unseen=truth.unseen | {name},
        )

    def _capped(self, values: Settings) -> Settings:
        cap = self.truth.cap
        if cap is None:
            return values
        total, hourly = (
            min(values.total_limit, cap.total_limit),
            min(values.hourly_limit, cap.hourly_limit),
        )
        return Settings(total, hourly, values.status)


def old_user(settings: Settings, *, ours: bool) -> User:
    """Return a user that is there from the beginning."""
    return User(settings, "us", born=_limits(settings)) if ours else User(settings, "before")


@cache
def listing_of(users: Users, hidden: frozenset[str] = frozenset()) -> Listing:
    """Return what a well-behaved provider lists. Nobody may change it: it is given again."""
    return Listing({name: _observed(name, user.settings) for name, user in users if name not in hidden})


@cache
def _observed(name: str, settings: Settings) -> ObservedUser:
    return ObservedUser(name, settings, password_of(name))


@cache
def password_of(name: str) -> Secret:
    """Return the password of a user, which no other has."""
    return Secret(PASSWORD + name)


def _limits(settings: Settings) -> tuple[int, int]:
    return settings.total_limit, settings.hourly_limit


def _changed(settings: Settings, fields: tuple[tuple[Field, Value], ...]) -> Settings:
    values: dict[str, Any] = dict(fields)
    return replace(settings, **values)
