"""The invariants that hold at every single call, checked as the calls are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.state import Birthmark

if TYPE_CHECKING:
    from sarv_sync.model.state import State
    from sarv_sync.model.users import Settings
    from tests.simulation.account import Account
    from tests.simulation.memory_store import Disk, MemoryStore
    from tests.simulation.scenarios import Scenario


class Judge:
    """Watches one run's calls and remembers every rule they break."""

    def __init__(self, scenario: Scenario, account: Account, disk: Disk, holder: str) -> None:
        self._scenario = scenario
        self._account = account
        self._disk = disk
        self._holder = holder
        self.store: MemoryStore | None = None
        self.broken: list[str] = []

    def provider_called(self) -> None:
        if self.store is not None and self.store.lost:
            self._breaks("no call after losing the swap")

    def adding(self, settings: Settings) -> None:
        mark = Birthmark(settings.total_limit, settings.hourly_limit)
        state = self._disk.state()
        journalled = () if state is None else state.intents.values()
        self._expect_lock(state)
        if not any(intent.birthmark == mark and intent.name not in state.bindings for intent in journalled if state):
            self._breaks(f"an intent is durable before its call: {mark}")
        if any(values.total_limit == mark.total_limit for values in self._account.users.values()):
            self._breaks(f"a birthmark is unused: {mark}")

    def editing(self, smtp_user_name: str) -> None:
        if self._account.makers[smtp_user_name] != "us" and smtp_user_name not in self._scenario.managed:
            self._breaks(f"no edit of a user that is not ours: {smtp_user_name}")
        state = self._disk.state()
        self._expect_lock(state)
        if state is None or smtp_user_name not in state.owned():
            self._breaks(f"a binding is durable before the edit: {smtp_user_name}")

    def _expect_lock(self, state: State | None) -> None:
        if state is None or state.lock is None or state.lock.holder != self._holder:
            self._breaks(f"no write to the account without the lock: {state.lock if state else None}")

    def _breaks(self, rule: str) -> None:
        self.broken.append(rule)
