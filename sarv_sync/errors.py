"""Every error a user can meet, in one tree.

::

    SarvSyncError                 exit 1   reason: error
    ├── InputError                exit 3   configuration, usage, an unreadable plan
    │   └── NotInstalled                   what the configuration asks for needs a program or library
    ├── ProviderError             exit 1   the provider did not do what was asked
    │   ├── AuthenticationFailed           owner_id and token were refused
    │   ├── RequestRefused                 the provider understood and said no: nothing was done
    │   └── AnswerUnusable                 no answer, or one that proves nothing: the outcome is unknown
    │       └── Unavailable                not to any call for a long time: no other will succeed either
    ├── StateError                exit 1   the state cannot be read or written
    │   └── SwapLost              exit 4   somebody else wrote the state first
    ├── Refused                   exit 4   guard, blocked change, stale plan, lock, no approval
    ├── SinkError                 exit 1   a place for passwords cannot be reached, read or written
    ├── GitHubError               exit 1   GitHub's API did not do what was asked
    └── Interrupted               exit 130

An error carries one or more `Fault`: what is wrong, where, and, apart from it, what to do. Anything else that
reaches the command line is a bug and is reported as one.
"""

from __future__ import annotations

from typing import ClassVar

from sarv_sync.values import dataclass

EXIT_DONE = 0
EXIT_ERROR = 1
EXIT_CHANGES = 2
EXIT_INPUT = 3
EXIT_REFUSED = 4
EXIT_INCOMPLETE = 5
EXIT_INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    `line` and `column` count from 1; `excerpt` is the source line itself. All text may hold hostile characters:
    whoever prints it escapes it.
    """

    message: str
    hint: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    excerpt: str | None = None


class SarvSyncError(Exception):
    """The root: something failed in a way the program foresaw."""

    exit_code: ClassVar[int] = EXIT_ERROR
    reason: str = "error"
    """The kind of failure in one word, for programs: `failure-reason` of the Action."""

    def __init__(self, message: str, hint: str | None = None, *, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.faults = faults or (Fault(message, hint),)


class InputError(SarvSyncError):
    """What the user gave is wrong: a file, a flag, an environment variable, a plan."""

    exit_code = EXIT_INPUT
    reason = "input"

    @classmethod
    def of(cls, faults: tuple[Fault, ...]) -> InputError:
        """Return one error for all `faults`, in their order."""
        count = "1 error" if len(faults) == 1 else f"{len(faults)} errors"
        return cls(f"{count} in the configuration", faults=faults)


class NotInstalled(InputError):
    """A program or library is missing that an optional part needs. The files may be right."""

    reason = "not-installed"


@dataclass(frozen=True, slots=True)
class Transient:
    """Why the same call may succeed when it is made again.

    `congested`: the provider has too much to do just now. `retry_after`: the seconds that it asks to wait.
    `stated`: it answered, with an error of its own, and may well do so again. `suspect`: this looks like a wrong
    setting too, so it counts as passing only where a call has succeeded before.
    """

    congested: bool = False
    retry_after: float | None = None
    stated: bool = False
    suspect: bool = False


class ProviderError(SarvSyncError):
    """The provider did not do what was asked. `transient` is None where asking again is of no use."""

    reason = "provider"

    def __init__(
        self,
        message: str,
        hint: str | None = None,
        *,
        faults: tuple[Fault, ...] = (),
        transient: Transient | None = None,
    ) -> None:
        super().__init__(message, hint, faults=faults)
        self.transient = transient


class AuthenticationFailed(ProviderError):
    """`owner_id` and token were refused. Nothing was done, and nothing else will work either."""

    reason = "credentials"


class RequestRefused(ProviderError):
    """The provider read the request and refused it: proof that nothing was done."""


class AnswerUnusable(ProviderError):
    """No answer, or one that proves nothing: whether the call took effect is unknown."""


class Unavailable(AnswerUnusable):
    """No usable answer for as long as calls are tried again, while no other call got one: the provider is down."""


class StateError(SarvSyncError):
    """The state cannot be read or written."""

    reason = "state"


class SwapLost(StateError):
    """The state changed between reading and writing it: somebody else holds it now."""

    exit_code = EXIT_REFUSED
    reason = "state-changed"


class Refused(SarvSyncError):
    """The program could go on but must not: a guard, a stale plan, a held lock, no approval."""

    exit_code = EXIT_REFUSED
    reason = "refused"

    def __init__(
        self, message: str, hint: str | None = None, *, faults: tuple[Fault, ...] = (), reason: str = "refused"
    ) -> None:
        super().__init__(message, hint, faults=faults)
        self.reason = reason


class SinkError(SarvSyncError):
    """A place that passwords are delivered to cannot be reached, read or written."""

    reason = "sink"


class GitHubError(SarvSyncError):
    """GitHub's API did not do what was asked. `status` is the HTTP status, None where there was no answer."""

    reason = "github"

    def __init__(self, message: str, hint: str | None = None, *, status: int | None = None) -> None:
        super().__init__(message, hint)
        self.status = status


class Interrupted(SarvSyncError):
    """Stopped by a signal, after the call in flight was recorded."""

    exit_code = EXIT_INTERRUPTED
    reason = "interrupted"
