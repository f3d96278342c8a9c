"""How each delivery of an apply ended, and the passwords that the run itself was told."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from sarv_sync.model.outcome import Entry

if TYPE_CHECKING:
    from collections.abc import Collection

    from sarv_sync.applying.interface import Observer
    from sarv_sync.model.plan import Change
    from sarv_sync.model.secret import Secret


class Post:
    """One entry for each `deliver` of a plan, open until it is told how that ended. A later word replaces an earlier.

    `passwords` are those that answers gave, by `smtp_user_name`: newer than what any listing may show.
    """

    def __init__(self, changes: Collection[Change], observer: Observer) -> None:
        self.changes = {change.name: change for change in changes}
        self.passwords: dict[str, Secret] = {}
        self.sent: dict[str, tuple[str, Secret]] = {}
        self._entries: dict[str, Entry] = {}
        self._undelivered: set[str] = set()
        self._observer = observer
        self._lock = Lock()

    def learn(self, smtp_user_name: str, password: Secret) -> None:
        """Remember a password that an answer gave. Called from any thread."""
        with self._lock:
            self.passwords[smtp_user_name] = password

    def delivered(self, name: str, smtp_user_name: str, password: Secret) -> None:
        """Note that the password has reached every target of the change."""
        self._end(name, smtp_user_name, None)
        self.sent[name] = (smtp_user_name, password)

    def undelivered(self, name: str, smtp_user_name: str | None, message: str) -> None:
        """Note that the password has not reached every target, and why."""
        self._end(name, smtp_user_name, message)
        self.sent.pop(name, None)

    def is_open(self, name: str) -> bool:
        """Say whether there is something to be delivered for `name` of which nothing is known yet."""
        return name in self.changes and name not in self._entries

    def entries(self, *, delivered: bool) -> tuple[Entry, ...]:
        """Return what was, or was not, delivered, sorted by name."""
        names = sorted(name for name in self._entries if (name not in self._undelivered) == delivered)
        return tuple(self._entries[name] for name in names)

    def _end(self, name: str, smtp_user_name: str | None, message: str | None) -> None:
        first = name not in self._entries
        self._entries[name] = Entry(name, "deliver", smtp_user_name, message)
        if message is None:
            self._undelivered.discard(name)
        else:
            self._undelivered.add(name)
        if first:
            self._observer.change_ended(name, "deliver", "applied" if message is None else "failed")
