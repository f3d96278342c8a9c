"""An account that lives as long as its process."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from sarv_sync.model.users import ObservedUser, Settings
from sarv_sync.sandbox.account import UnknownUser
from sarv_sync.sandbox.history import History
from sarv_sync.sandbox.identities import new_name, new_password, randomness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from random import Random

    from sarv_sync.model.users import Status


def _keep_nowhere(changed: Sequence[ObservedUser]) -> None:
    """Keep nothing: memory is all there is."""


class MemoryAccount:
    """The account as a dictionary. Implements `Account`.

    `save` receives the users a change makes or alters, before the change can be seen: what it cannot keep is not
    done, and what anybody has seen is kept.
    """

    def __init__(
        self,
        *,
        rng: Random | None = None,
        clock: Callable[[], float] = time.monotonic,
        users: Iterable[ObservedUser] = (),
        save: Callable[[Sequence[ObservedUser]], None] = _keep_nowhere,
    ) -> None:
        self._rng = rng or randomness(None)
        self._users = {user.smtp_user_name: user for user in users}
        self._history = History(clock)
        self._save = save
        self._version = 0
        self._lock = threading.Lock()

    @property
    def version(self) -> int:
        """A number that grows with every change."""
        return self._version

    def users(self) -> tuple[ObservedUser, ...]:
        """Return every user, oldest first."""
        with self._lock:
            return tuple(self._users.values())

    def past(self, *, changes: int = 0, seconds: float = 0.0) -> tuple[ObservedUser, ...]:
        """Return the users as they were `changes` changes, or `seconds` seconds, ago."""
        with self._lock:
            return tuple(self._history.rewind(self._users, changes, seconds).values())

    def add(self, total_limit: int, hourly_limit: int, status: Status = "Enable") -> ObservedUser:
        """Make a user."""
        with self._lock:
            user = self._new_user(Settings(total_limit, hourly_limit, status), self._users)
            self._put(user)
            return user

    def fill(self, settings: Iterable[Settings]) -> None:
        """Make many users at once."""
        with self._lock:
            made: dict[str, ObservedUser] = {}
            taken = set(self._users)
            for each in settings:
                user = self._new_user(each, taken)
                taken.add(user.smtp_user_name)
                made[user.smtp_user_name] = user
            self._put(*made.values())

    def edit(
        self,
        smtp_user_name: str,
        *,
        total_limit: int | None = None,
        hourly_limit: int | None = None,
        status: Status | None = None,
    ) -> ObservedUser:
        """Set what is not None."""
        with self._lock:
            user = self._user(smtp_user_name)
            old = user.settings
            new = Settings(
                old.total_limit if total_limit is None else total_limit,
                old.hourly_limit if hourly_limit is None else hourly_limit,
                old.status if status is None else status,
            )
            edited = ObservedUser(smtp_user_name, new, user.password)
            self._put(edited)
            return edited

    def reset(self, smtp_user_name: str) -> ObservedUser:
        """Give the user a new password."""
        with self._lock:
            user = self._user(smtp_user_name)
            reset = ObservedUser(smtp_user_name, user.settings, new_password(self._rng))
            self._put(reset)
            return reset

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def _new_user(self, settings: Settings, taken: dict[str, ObservedUser] | set[str]) -> ObservedUser:
        return ObservedUser(new_name(self._rng, taken), settings, new_password(self._rng))

    def _user(self, smtp_user_name: str) -> ObservedUser:
        try:
            return self._users[smtp_user_name]
        except KeyError:
            raise UnknownUser(smtp_user_name) from None

    def _put(self, *changed: ObservedUser) -> None:
        self._save(changed)
        for user in changed:
            self._history.record(user.smtp_user_name, self._users.get(user.smtp_user_name))
            self._users[user.smtp_user_name] = user
        self._version += len(changed)
