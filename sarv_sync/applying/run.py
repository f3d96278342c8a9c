"""What the steps of one apply share."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from sarv_sync.applying.draft import Draft
from sarv_sync.applying.interface import Answer, Item, Left
from sarv_sync.applying.outlets import Outlets
from sarv_sync.errors import AuthenticationFailed, Interrupted, Unavailable
from sarv_sync.model.evidence import NOTHING_KNOWN
from sarv_sync.model.users import Listing
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sarv_sync.applying.interface import Chooser, Clock, Crew, Journal, Observer, Provider, Stop
    from sarv_sync.applying.ledger import Ledger
    from sarv_sync.applying.post import Post
    from sarv_sync.errors import SarvSyncError
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.plan import Plan
    from sarv_sync.planning.rotating import Rotations


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The outside world, as an apply uses it.

    `parallelism` is how many calls may be under way at once, `outlets` where passwords are delivered to, `commit`
    what the files are of, if that is known.
    """

    provider: Provider
    clock: Clock
    chooser: Chooser
    stop: Stop
    observer: Observer
    crew: Crew
    parallelism: int = 8
    outlets: Outlets = field(default_factory=Outlets)
    commit: str | None = None


class Latest:
    """The last listing, and when it was asked for."""

    __slots__ = ("asked", "listing")

    def __init__(self, listing: Listing, asked: float) -> None:
        self.listing = listing
        self.asked = asked


class Halt:
    """Why nothing more may be called, once there is a reason."""

    __slots__ = ("error",)

    def __init__(self) -> None:
        self.error: SarvSyncError | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One apply under way. `listing` is the one that `plan` was made from, under the lock.

    `configuration` holds both users of an entry that has two; `rotated` says which of them serves.
    """

    plan: Plan
    listing: Listing
    configuration: Configuration
    journal: Journal
    ledger: Ledger
    world: Surroundings
    halt: Halt
    latest: Latest
    post: Post
    rotated: Rotations
    evidence: Evidence = NOTHING_KNOWN

    @property
    def settle(self) -> float:
        """How long, in seconds, a listing may lag behind what was done."""
        return self.configuration.account.settle

    def goes_on(self) -> bool:
        """Say whether anything more may be called."""
        return self.halt.error is None and not self.world.stop.is_set()

    def check_stop(self) -> None:
        """Raise what ends the run, if anything does: a reason to halt, or `Interrupted`."""
        if self.halt.error is not None:
            raise self.halt.error
        if self.world.stop.is_set():
            raise interrupted()

    def draft(self) -> Draft:
        """Return a draft of the next state."""
        return Draft(self.journal.state, self.configuration.users, self.evidence, self.rotated.serves)

    def write(self, draft: Draft) -> None:
        """Write the next state, if it differs from the last one."""
        state = draft.finish()
        if state != self.journal.state:
            self.journal.commit(state)

    def heed(self, error: SarvSyncError) -> None:
        """Let the run halt if `error` says that no other call can succeed."""
        if isinstance(error, AuthenticationFailed | Unavailable):
            self.halt.error = error

    def list_users(self) -> Listing:
        """Return the whole account as it is now. Raises `ProviderError`, or what ends the run."""
        self.check_stop()
        asked = self.world.clock.now()
        self.latest.listing, self.latest.asked = list_account(self.world, self.journal), asked
        return self.latest.listing

    def recent_listing(self, seconds: float) -> Listing:
        """Return the account as it was less than so many seconds ago."""
        if self.world.clock.now() - self.latest.asked >= seconds:
            return self.list_users()
        return self.latest.listing

    def call_all(self, call: Callable[[Item], Answer], items: Sequence[Item]) -> list[tuple[Item, Answer | Left]]:
        """Return each item with the answer to `call`, in the order of `items`, several calls at a time.

        The answer is `Left` for what had not begun, or not ended, when the run was asked to stop or had to halt.
        """
        answers: dict[int, Answer | Left] = {}

        def feed(done: list[tuple[tuple[int, Item], Answer | Left]]) -> Sequence[tuple[int, Item]]:
            answers.update({index: answer for (index, _), answer in done})
            return () if done else tuple(enumerate(items))

        self.stream(lambda numbered: call(numbered[1]), feed)
        return [(item, answers.get(index, Left.NOT_BEGUN)) for index, item in enumerate(items)]

    def stream(
        self,
        call: Callable[[Item], Answer],
        feed: Callable[[list[tuple[Item, Answer | Left]]], Sequence[Item]],
        enough: Callable[[], bool] = lambda: False,
        record: Callable[[list[tuple[Item, Answer | Left]]], None] | None = None,
    ) -> None:
        """Make `call` for all that `feed` gives, as `Crew.work` says; nothing more begins once `enough` says so."""

        def counted(item: Item) -> Answer:
            answer = call(item)
            self.world.observer.call_ended()
            return answer

        self.world.crew.work(counted, feed, lambda: self.goes_on() and not enough(), self.journal.keep, record)


def list_account(world: Surroundings, journal: Journal) -> Listing:
    """List the account while the lock is held. A signal ends the waiting for an answer that does not come."""

    def goes_on() -> bool:
        return not world.stop.is_set()

    listings: list[Listing | Left] = []

    def feed(done: list[tuple[Provider, Listing | Left]]) -> Sequence[Provider]:
        listings.extend(answer for _, answer in done)
        return () if done else (world.provider,)

    world.crew.work(_list_users, feed, goes_on, journal.keep)
    match listings:
        case [Listing() as listing]:
            return listing
        case _:
            raise interrupted()


def interrupted() -> Interrupted:
    """Return the error of a run that was asked to stop."""
    return Interrupted("stopped before everything was done", "run apply again to go on from here")


def _list_users(provider: Provider) -> Listing:
    return provider.list_users()
