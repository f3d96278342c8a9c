"""What the steps of one apply share."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from sarv_sync.applying.draft import Draft
from sarv_sync.errors import AuthenticationFailed, Interrupted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sarv_sync.applying.interface import Chooser, Clock, Journal, Observer, Provider, Stop
    from sarv_sync.applying.ledger import Ledger
    from sarv_sync.errors import SarvSyncError
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.users import Listing

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The outside world, as an apply uses it. `parallelism` is how many calls may be under way at once."""

    provider: Provider
    clock: Clock
    chooser: Chooser
    stop: Stop
    observer: Observer
    parallelism: int = 8


class Halt:
    """Why nothing more may be called, once there is a reason."""

    __slots__ = ("error",)

    def __init__(self) -> None:
        self.error: SarvSyncError | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One apply under way. `listing` is the one that `plan` was made from, under the lock."""

    plan: Plan
    listing: Listing
    configuration: Configuration
    journal: Journal
    ledger: Ledger
    world: Surroundings
    halt: Halt

    @property
    def settle(self) -> float:
        """How long, in seconds, a listing may lag behind what was done."""
        return self.configuration.account.settle

    def check_stop(self) -> None:
        """Raise what ends the run, if anything does: a reason to halt, or `Interrupted`."""
        if self.halt.error is not None:
            raise self.halt.error
        if self.world.stop.is_set():
            raise Interrupted("stopped before everything was done", "run apply again to go on from here")

    def draft(self) -> Draft:
        """Return a draft of the next state."""
        return Draft(self.journal.state, self.configuration.users)

    def write(self, draft: Draft) -> None:
        """Write the next state, if it differs from the last one."""
        state = draft.finish()
        if state != self.journal.state:
            self.journal.commit(state)

    def heed(self, error: SarvSyncError) -> None:
        """Let the run halt if `error` says that no other call can succeed."""
        if isinstance(error, AuthenticationFailed):
            self.halt.error = error

    def call_all(self, call: Callable[[Item], Answer], items: Sequence[Item]) -> list[tuple[Item, Answer | None]]:
        """Return each item with the answer to `call`, in the order of `items`, several calls at a time.

        The answer is None for what had not begun when the run was asked to stop or had to halt.
        """

        def unless_stopped(item: Item) -> tuple[Item, Answer | None]:
            ended = self.world.stop.is_set() or self.halt.error is not None
            return item, None if ended else call(item)

        with ThreadPoolExecutor(max_workers=max(1, min(self.world.parallelism, len(items)))) as pool:
            return list(pool.map(unless_stopped, items))


def batches(items: Sequence[Item], first: int, largest: int = 512) -> list[Sequence[Item]]:
    """Cut `items` into batches that double in size, so that the state is written seldom for much work."""
    cut: list[Sequence[Item]] = []
    size, start = max(1, first), 0
    while start < len(items):
        cut.append(items[start : start + size])
        start, size = start + size, min(size * 2, largest)
    return cut
