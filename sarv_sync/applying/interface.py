"""What applying needs of the outside world, and nothing more."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sarv_sync.errors import ProviderError
    from sarv_sync.model.answers import AddAnswer
    from sarv_sync.model.plan import Action
    from sarv_sync.model.secret import Secret
    from sarv_sync.model.state import State
    from sarv_sync.model.users import Field, Listing, Value

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Left(Enum):
    """What became of a call that has no answer: it never began, or it still is under way."""

    NOT_BEGUN = "not begun"
    UNDER_WAY = "under way"


class Provider(Protocol):
    """The calls of the provider that an apply makes. Safe to call from several threads at once."""

    def list_users(self) -> Listing:
        """Return the whole account as it is now, or raise `ProviderError`."""
        ...

    def add_user(self, total_limit: int, hourly_limit: int) -> AddAnswer:
        """Ask once for a new user and say what the answer proves. Never raises `ProviderError`, never repeats."""
        ...

    def edit_user(self, smtp_user_name: str, fields: Mapping[Field, Value]) -> None:
        """Set `fields`, and only those, in one call; raise `ProviderError` if that is not proven done."""
        ...

    def reset_password(self, smtp_user_name: str) -> Secret:
        """Give the user a new password and return it; the old one ends at once.

        Raises `ProviderError`; only after `AnswerUnusable` the password may have changed. Never repeats what may.
        """
        ...


class Journal(Protocol):
    """The state as this run holds it."""

    @property
    def state(self) -> State:
        """The state as it was last written."""
        ...

    def commit(self, state: State) -> None:
        """Write `state` durably before returning; raise `StateError` if that cannot be done.

        After `SwapLost` the state belongs to somebody else: no provider call may follow.
        """
        ...

    def stage(self, state: State) -> None:
        """Let the next write, at the latest the one that gives the lock back, be of `state`; write nothing now."""
        ...

    def keep(self) -> bool:
        """Renew the lock if that is due, and raise `SwapLost` if somebody else has it by now.

        Return whether it was this run's own when that was last looked at: False after a look that failed.

        Called several times a second while calls are under way; cheap when nothing is due.
        """
        ...


class Crew(Protocol):
    """Makes calls, several at a time."""

    def work(
        self,
        call: Callable[[Item], Answer],
        feed: Callable[[list[tuple[Item, Answer | Left]]], Sequence[Item]],
        may_begin: Callable[[], bool],
        tick: Callable[[], bool],
        record: Callable[[list[tuple[Item, Answer | Left]]], None] | None = None,
    ) -> None:
        """Make `call` for every item that `feed` gives.

        `feed` is called in the caller's thread: at first with nothing, then, whenever few items are left, with those
        that are done and their answers, in any order; it returns further items. The work ends when it has none and
        nothing is under way. Where many items are left, answers that have waited for long are given to `record`
        instead, if there is one. No call begins once `may_begin` says no; the ones under way are then given a few
        seconds more. `tick` is called now and then meanwhile, in the caller's thread too; while it says no, nothing
        begins. What `call`, `feed`, `record` or `tick` raise is raised here, once nothing is under way any more or
        those few seconds are over.
        """
        ...

    def heed(self, error: ProviderError | None) -> None:
        """Learn how an attempt ended, and make fewer or more calls at a time from now on. Called from any thread."""
        ...

    def close(self) -> None:
        """Let go of what the calls were made with. No other call follows."""
        ...


class Clock(Protocol):
    """Time that only goes forward, in seconds."""

    def now(self) -> float:
        """Return the present moment on an arbitrary scale."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let `seconds` go by."""
        ...


class Chooser(Protocol):
    """A source of randomness; `random.SystemRandom` is one."""

    def randint(self, a: int, b: int, /) -> int:
        """Return a whole number from `a` to `b`, both included."""
        ...

    def getrandbits(self, k: int, /) -> int:
        """Return `k` random bits."""
        ...


class Stop(Protocol):
    """Whether the run was asked to end; `threading.Event` is one."""

    def is_set(self) -> bool:
        """Return True once no new call may begin."""
        ...


class Observer(Protocol):
    """Somebody who watches an apply."""

    def began(self, changes: int, calls: int) -> None:
        """So many changes are about to be made, with so many calls if all goes well."""
        ...

    def call_ended(self) -> None:
        """One of these calls has ended, well or not. Called from any thread."""
        ...

    def change_ended(self, name: str, action: Action, end: str) -> None:
        """`end` is `applied`, `failed` or `unknown`."""
        ...

    def waiting(self, what: str, seconds: float) -> None:
        """The run waits for `what`, at most so many seconds more."""
        ...
