"""How each change of an apply ended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from sarv_sync.model.outcome import Entry

if TYPE_CHECKING:
    from collections.abc import Collection

    from sarv_sync.applying.interface import Observer
    from sarv_sync.model.plan import Change

End = Literal["applied", "failed", "unknown"]


class Ledger:
    """One entry for each change, open until it is told how the change ended. A later word replaces an earlier.

    What has begun counts as its provisional end, should the run stop there.
    """

    def __init__(self, changes: Collection[Change], observer: Observer) -> None:
        self._entries = {change.name: Entry(change.name, change.action, change.smtp_user_name) for change in changes}
        self._ends: dict[str, End] = {}
        self._provisional: dict[str, End] = {}
        self._observer = observer

    def applied(self, name: str, smtp_user_name: str | None) -> None:
        """Note that the change of `name` was carried out."""
        self._end(name, "applied", smtp_user_name, None)

    def failed(self, name: str, smtp_user_name: str | None, message: str) -> None:
        """Note that the change of `name` was not carried out, and why."""
        self._end(name, "failed", smtp_user_name, message)

    def unknown(self, name: str, smtp_user_name: str | None, message: str) -> None:
        """Note that nobody knows whether the change of `name` took effect, and why."""
        self._end(name, "unknown", smtp_user_name, message)

    def begun(self, name: str, smtp_user_name: str | None, provisional: End, message: str) -> None:
        """Note that the change of `name` is under way, and what it is if nothing more is heard of it."""
        if name in self._entries:
            entry = self._entries[name]
            self._entries[name] = replace(entry, smtp_user_name=smtp_user_name, message=message)
            self._provisional[name] = provisional

    def knows(self, name: str) -> bool:
        """Say whether there is a change of `name`."""
        return name in self._entries

    def end_of(self, name: str) -> End | None:
        """Return how the change of `name` ended, None while it is open."""
        return self._ends.get(name)

    def entries(self, end: End | None) -> tuple[Entry, ...]:
        """Return the entries that ended so (None: that never began), sorted by name."""
        ends = {**self._provisional, **self._ends}
        return tuple(self._entries[name] for name in sorted(self._entries) if ends.get(name) == end)

    def _end(self, name: str, end: End, smtp_user_name: str | None, message: str | None) -> None:
        if name not in self._entries:
            return
        first = name not in self._ends
        entry = self._entries[name]
        self._entries[name] = replace(entry, smtp_user_name=smtp_user_name or entry.smtp_user_name, message=message)
        self._ends[name] = end
        if first:
            self._observer.change_ended(name, entry.action, end)
