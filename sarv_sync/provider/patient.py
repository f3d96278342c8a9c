"""A provider that is asked again when that is safe.

Exponential backoff with full jitter, up to a deadline. No library that repeats calls fits: the verdict on an answer
comes from its parsed body, the caller slows down with every attempt, a signal has to end the waiting, and clock and
chance have to be the caller's. `listSmtp` and `editSmtp` are safe to repeat; `addSmtp` only after proof that nothing
was created, `resetSmtpPassword` after proof that nothing was changed: each repetition ends the password before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from sarv_sync.errors import AnswerUnusable, AuthenticationFailed, ProviderError, Unavailable
from sarv_sync.model.answers import NotCreated, Unknown
from sarv_sync.model.users import Listing
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sarv_sync.model.answers import AddAnswer
    from sarv_sync.model.secret import Secret
    from sarv_sync.model.users import Field, Value

Answer = TypeVar("Answer")

_FIRST = 0.5
_LONGEST = 10.0
_LONGEST_WISH = 60.0
_STATED_TRIES = 3
_IN_VAIN = 10
"""After so many calls in a row that were tried again and again in vain, the provider counts as down."""


class Calls(Protocol):
    """The calls, each made once."""

    def list_users(self) -> Listing:
        """Return the whole account, or raise `ProviderError`."""
        ...

    def add_user(self, total_limit: int, hourly_limit: int) -> AddAnswer:
        """Ask once for a new user and say what the answer proves."""
        ...

    def edit_user(self, smtp_user_name: str, fields: Mapping[Field, Value]) -> None:
        """Set `fields`; raise `ProviderError` if that is not proven done."""
        ...

    def reset_password(self, smtp_user_name: str) -> Secret:
        """Give the user a new password and return it, or raise `ProviderError`."""
        ...


@dataclass(frozen=True, slots=True)
class Effort:
    """How calls are repeated, and in which world.

    `seconds` is how long after its first failure a call is begun again; `now` counts seconds, `sleep` lets some go
    by, `jitter` returns a random part of the seconds it is given; `stopped` says that nothing more may begin;
    `heed` is told how every attempt ended, None for a success; `notice` gets a line for people where a listing, for
    which everything else waits, has to be tried again.
    """

    seconds: float
    now: Callable[[], float]
    sleep: Callable[[float], None]
    jitter: Callable[[float], float]
    stopped: Callable[[], bool] = lambda: False
    heed: Callable[[ProviderError | None], None] = lambda _: None
    notice: Callable[[str], None] = lambda _: None


class Patient:
    """The provider behind `calls`. As safe to use from several threads as that is."""

    def __init__(self, calls: Calls, effort: Effort) -> None:
        self._calls = calls
        self._effort = effort
        self._last_success: float | None = None
        self._in_vain = 0

    def list_users(self) -> Listing:
        """Return the whole account as it is now, or raise `ProviderError`."""
        return self._insist(self._calls.list_users, self._effort.notice)

    def edit_user(self, smtp_user_name: str, fields: Mapping[Field, Value]) -> None:
        """Set `fields`, and only those; raise `ProviderError` if that is not proven done."""
        self._insist(lambda: self._calls.edit_user(smtp_user_name, fields))

    def add_user(self, total_limit: int, hourly_limit: int) -> AddAnswer:
        """Ask for a new user, again only while it is proven that none was made. Never raises `ProviderError`."""

        def ask() -> AddAnswer:
            answer = self._calls.add_user(total_limit, hourly_limit)
            if isinstance(answer, NotCreated):
                raise answer.error
            return answer

        try:
            return self._insist(ask)
        except ProviderError as error:
            return NotCreated(error)

    def reset_password(self, smtp_user_name: str) -> Secret:
        """Give the user a new password, asked for again only while it is proven that it has none.

        Raises `ProviderError`; after `AnswerUnusable` the password may have changed.
        """

        def ask() -> Secret | Unknown:
            try:
                return self._calls.reset_password(smtp_user_name)
            except AnswerUnusable as error:
                return Unknown(error)

        answer = self._insist(ask)
        if isinstance(answer, Unknown):
            raise answer.error
        return answer

    def _insist(self, call: Callable[[], Answer], notice: Callable[[str], None] = lambda _: None) -> Answer:
        series = _Series(self._effort)
        while True:
            try:
                answer = call()
            except ProviderError as error:
                self._effort.heed(error)
                failure, pause = error, series.pause_after(error, reached=self._last_success is not None)
            else:
                self._note(answer)
                return answer
            if self._effort.stopped():
                raise failure
            if pause is None:
                raise series.verdict(failure, up=lambda: self._is_up(series.begun))
            if series.tries == 1:
                notice(f"{failure.message}; trying again for up to {self._effort.seconds:g} s")
            from sarv_sync.provider.log import log_retry  # which imports logging, slowly

            log_retry(failure.message, pause)
            self._effort.sleep(pause)
            if self._effort.stopped():
                raise failure

    def _is_up(self, since: float) -> bool:
        """Return whether any call has been answered `since`, or a listing, which harms nobody, is now.

        A provider that lists, but does not change anything for one user after the other, is not up either.
        """
        self._in_vain += 1
        if self._in_vain >= _IN_VAIN:
            return False
        if self._last_success is None or self._last_success < since:
            try:
                self._calls.list_users()
            except ProviderError:
                return False
            self._last_success = self._effort.now()
        return True

    def _note(self, answer: object) -> None:
        if isinstance(answer, Unknown):
            self._effort.heed(answer.error)
        else:
            self._last_success = self._effort.now()
            if not isinstance(answer, Listing):
                self._in_vain = 0
            self._effort.heed(None)


class _Series:
    """The attempts at one call, from `begun` on; `tries` counts them."""

    def __init__(self, effort: Effort) -> None:
        self._effort = effort
        self.begun = effort.now()
        self._end: float | None = None
        self.tries = 0
        self._in_doubt = False
        self._granted = False

    def pause_after(self, error: ProviderError, *, reached: bool) -> float | None:
        """Return how long to wait before the next attempt, None if there is none."""
        self.tries += 1
        self._in_doubt = self._in_doubt or isinstance(error, AnswerUnusable)
        now, transient = self._effort.now(), error.transient
        self._end = now + self._effort.seconds if self._end is None else self._end
        if transient is None or (transient.suspect and not reached):
            return None
        if transient.stated and self.tries >= _STATED_TRIES:
            return None
        pause = self._effort.jitter(min(_LONGEST, _FIRST * 2 ** (self.tries - 1)))
        wish = transient.retry_after or 0.0
        if now + pause + wish <= self._end:
            return pause + wish
        # A wish to be asked later is granted once, even if that is beyond the deadline.
        granted, self._granted = self._granted, True
        return pause + wish if 0 < wish <= _LONGEST_WISH and self._effort.seconds and not granted else None

    def verdict(self, error: ProviderError, up: Callable[[], bool]) -> ProviderError:
        """Return the error that the series ends with. `up` tells whether the provider answers other calls.

        An attempt without an answer may have taken effect, whatever the last one says. Where no other call gets an
        answer either, nothing else is worth a try.
        """
        if self.tries == 1:
            return error
        message = f"{error.message} (tried {self.tries} times)"
        stated = error.transient is not None and error.transient.stated
        if isinstance(error, AuthenticationFailed):
            return error
        if error.transient is not None and not stated and not up():
            return Unavailable(message, error.hint, transient=error.transient)
        kind = AnswerUnusable if self._in_doubt else type(error)
        return kind(message, error.hint, transient=error.transient)
