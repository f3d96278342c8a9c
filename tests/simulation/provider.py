"""The simulated provider, as one run of the program meets it: it tells of the account well or badly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sarv_sync.errors import (
    AnswerUnusable,
    AuthenticationFailed,
    ProviderError,
    RequestRefused,
    Transient,
)
from sarv_sync.model.answers import Created, NotCreated, Unknown
from sarv_sync.model.users import Listing, Settings
from tests.simulation.account import Effect, password_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sarv_sync.model.answers import AddAnswer
    from sarv_sync.model.secret import Secret
    from sarv_sync.model.users import Field, Value
    from tests.simulation.account import Account
    from tests.simulation.machine import Machine
    from tests.simulation.schedule import Deed

    Deeds = tuple[Deed, ...]


class Witness(Protocol):
    """Is told of every call before it takes effect, and of every answer that the program gets."""

    def provider_called(self) -> None: ...

    def adding(self, settings: Settings) -> None: ...

    def editing(self, smtp_user_name: str) -> None: ...

    def listed(self) -> None: ...

    def added(self, smtp_user_name: str) -> None: ...

    def refused(self, settings: Settings) -> None: ...

    def edited(self, smtp_user_name: str, fields: Mapping[Field, Value]) -> None: ...


class Provider:
    """The provider's calls, each made once."""

    def __init__(self, account: Account, machine: Machine, witness: Witness) -> None:
        self._account = account
        self._machine = machine
        self._witness = witness

    def list_users(self) -> Listing:
        listing = self._machine.call("list", self._list)
        self._witness.listed()
        return listing

    def add_user(self, total_limit: int, hourly_limit: int) -> AddAnswer:
        settings = Settings(total_limit, hourly_limit, "Enable")
        label = f"add {total_limit}/{hourly_limit}"
        answer = self._machine.call(label, lambda deeds: self._add(settings, deeds))
        match answer:
            case Created(name):
                self._witness.added(name)
            case NotCreated():
                self._witness.refused(settings)
        return answer

    def edit_user(self, smtp_user_name: str, fields: Mapping[Field, Value]) -> None:
        effect = Effect(smtp_user_name, tuple(fields.items()))
        label = f"edit {smtp_user_name} {dict(fields)}"
        self._machine.call(label, lambda deeds: self._edit(smtp_user_name, effect, deeds))
        self._witness.edited(smtp_user_name, fields)

    def reset_password(self, smtp_user_name: str) -> Secret:
        """Fail: what is simulated here changes no password. `passwords` simulates that."""
        raise AssertionError(f"nobody asked for a new password of {smtp_user_name}")

    def _list(self, deeds: Deeds) -> Listing:
        self._witness.provider_called()
        if (error := _error(deeds)) is not None:
            raise error
        return Listing({}) if "empty" in deeds else self._account.listing(stale="stale" in deeds)

    def _add(self, settings: Settings, deeds: Deeds) -> AddAnswer:
        self._witness.provider_called()
        self._witness.adding(settings)
        limits: tuple[tuple[Field, Value], ...] = (
            ("total_limit", settings.total_limit),
            ("hourly_limit", settings.hourly_limit),
        )
        name = self._carry_out(Effect(None, limits), deeds)
        if name is not None and "shown late" in deeds:
            self._account.hide(name, 3)
        error = _error(deeds)
        if name is None or error is not None:
            error = error or _no_answer()
            return Unknown(error) if isinstance(error, AnswerUnusable) else NotCreated(error)
        if "names another" in deeds:
            # One that was there before the run. A new user of another's cannot be told from the one that was made.
            name = next(
                (known for known, user in self._account.truth.users if user.maker == "before"),
                name,
            )
        return Created(name, password_of(name))

    def _edit(self, name: str, effect: Effect, deeds: Deeds) -> None:
        self._witness.provider_called()
        self._witness.editing(name)
        self._carry_out(effect, deeds)
        if (error := _error(deeds)) is not None:
            raise error

    def _carry_out(self, effect: Effect, deeds: Deeds) -> str | None:
        """Let a call take effect as often, and when, as `deeds` say; return the user's name if it did so now."""
        late = [int(deed.rpartition(" ")[2]) for deed in deeds if deed.startswith(("late by", "once more by"))]
        for listings in late:
            self._account.later(listings, effect)
        if any(deed.startswith("late by") or deed in _NEVER for deed in deeds):
            return None
        name = self._account.do(effect)
        return self._account.do(effect) if "done twice" in deeds else name


_NEVER = frozenset(
    {
        "request lost",
        "requests lost from now on",
        "refused",
        "unauthorized",
        "unreachable",
        "busy",
        "only confirmed",
    }
)
_UNHEARD = (
    "answer lost",
    "request lost",
    "answers lost from now on",
    "requests lost from now on",
    "late by",
)
_ERRORS: dict[Deed, Callable[[], ProviderError]] = {
    "garbled": lambda: AnswerUnusable("the answer makes no sense"),
    "busy": lambda: RequestRefused("too many requests", transient=Transient(congested=True)),
    "refused": lambda: RequestRefused("the request was refused"),
    "unauthorized": lambda: AuthenticationFailed("the token was refused"),
    "unreachable": lambda: ProviderError("the connection was refused", transient=Transient(suspect=True)),
}


def _no_answer() -> ProviderError:
    return AnswerUnusable("no answer", transient=Transient(congested=True))


def _error(deeds: Deeds) -> ProviderError | None:
    """Return what the caller is told instead of an answer, None if it gets one."""
    for deed in deeds:
        if deed in _ERRORS:
            return _ERRORS[deed]()
        if deed.startswith(_UNHEARD):
            return _no_answer()
    return None
