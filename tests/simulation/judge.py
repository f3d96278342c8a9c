"""The rules that hold at every single call, checked as the calls are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.state import Birthmark
from tests.simulation.hearing import Hearing
from tests.simulation.rules import Breach

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sarv_sync.model.state import State
    from sarv_sync.model.users import Field, Settings, Value
    from tests.simulation.account import Account
    from tests.simulation.memory_store import Disk, MemoryStore
    from tests.simulation.rules import Rule


class Judge:
    """Watches one run's calls and remembers every rule they break.

    `holder` is in whose name the run has the lock; `now` tells the time as the lock has it.
    """

    def __init__(
        self,
        managed: frozenset[str],
        account: Account,
        disk: Disk,
        holder: str,
        now: Callable[[], str],
    ) -> None:
        self._managed = managed
        self._account = account
        self._disk = disk
        self._holder = holder
        self._now = now
        self._hearing = Hearing(disk.state())
        self.store: MemoryStore | None = None
        self.breaches: list[Breach] = []

    def provider_called(self) -> None:
        if self.store is not None and self.store.lost:
            self._breaks("no call follows a lost swap", "the provider was called")

    def adding(self, settings: Settings) -> None:
        mark = Birthmark(settings.total_limit, settings.hourly_limit)
        self._hearing.asks(settings)
        state = self._disk.state()
        if self._fenced():
            return
        self._expect_lock(state)
        journalled = () if state is None else state.intents.values()
        if not any(intent.birthmark == mark and intent.name not in state.bindings for intent in journalled if state):
            self._breaks("an intent is durable before its call", str(mark))
        if any(user.settings.total_limit == mark.total_limit for _, user in self._account.truth.users):
            self._breaks("a birthmark is unused", str(mark))

    def editing(self, smtp_user_name: str) -> None:
        user = self._account.users.get(smtp_user_name)
        if smtp_user_name not in self._managed and (user is None or user.maker != "us"):
            self._breaks(
                "no user is touched that is not proven ours",
                f"{smtp_user_name} is edited",
            )
        state = self._disk.state()
        if self._fenced():
            return
        self._expect_lock(state)
        if state is None or smtp_user_name not in state.owned():
            self._breaks("a binding is durable before the edit", smtp_user_name)

    def refused(self, settings: Settings) -> None:
        self._hearing.refused(settings)

    def added(self, smtp_user_name: str) -> None:
        if self._account.users[smtp_user_name].maker == "us":
            self._hearing.added(smtp_user_name)

    def edited(self, smtp_user_name: str, fields: Mapping[Field, Value]) -> None:
        self._hearing.edited(smtp_user_name, fields)

    def listed(self) -> None:
        self._hearing.listed()

    def run_ended(self, *, finished: bool) -> None:
        """Check that what was heard is written, if the state could be. A run that `finished` has seen the proof."""
        state = self._disk.state()
        if state is not None and self.store is not None and not self.store.failed and not self._fenced():
            found = [*self._hearing.not_written(state, self._account)]
            found += self._hearing.refuted(state, self._account) if finished else ()
            for words in found:
                self._breaks("what a run heard is written when it ends", words)

    def _fenced(self) -> bool:
        """Whether another run took the state over, which this one learns with its next write and not before."""
        return self._disk.writer not in {None, self._holder}

    def _expect_lock(self, state: State | None) -> None:
        lock = None if state is None else state.lock
        if lock is None or lock.holder != self._holder or lock.expires <= self._now():
            self._breaks("no write to the account without the lock", f"{lock} at {self._now()}")

    def _breaks(self, rule: Rule, words: str) -> None:
        self.breaches.append(Breach(rule, words))
