"""What the tests of the journal share."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from sarv_sync.model.account import Account
from sarv_sync.model.state import Binding, Lock, State
from sarv_sync.model.users import Settings
from sarv_sync.state.journal import Holder, Surroundings

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNT = Account("https://api.example.net/v1.0", "10042")
HOLDER = Holder("bob on server", "sarv-sync state mv")
NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
DEAD = Lock("1d", "ann on laptop", "sarv-sync apply", "2026-01-01T11:50:00Z", "2026-01-01T12:00:00Z")
EMPTY = State("lineage", 7, ACCOUNT)
BOUND = replace(EMPTY, bindings={"billing": Binding("smtp1", Settings(2, 1, "Enable"))})


class World:
    """Wall-clock time that a test sets, fresh ids in order, and the notices that were given.

    `pauses` are the sleeps; `alarm` rings at each. None of them takes any of the wall clock's time.
    """

    def __init__(self) -> None:
        self.time = NOON
        self.notices: list[str] = []
        self.pauses: list[float] = []
        self.alarm: Callable[[], object] = lambda: None
        self._ids = 0

    def surroundings(self, patience: float = 0.0) -> Surroundings:
        return Surroundings(lambda: self.time, self._new_id, self.notices.append, self._sleep, patience)

    def now(self) -> datetime:
        return self.time

    def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.alarm()

    def _new_id(self) -> str:
        self._ids += 1
        return f"id{self._ids}"
