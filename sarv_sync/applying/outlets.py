"""The sinks of a run: which password goes to which, and having it put there."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING

from sarv_sync.errors import Fault, InputError, SarvSyncError, SinkError
from sarv_sync.model.canonical import canonical
from sarv_sync.model.evidence import Target
from sarv_sync.model.sink import Credential, Recipient, occupied
from sarv_sync.model.users import entry_name
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sarv_sync.model.configuration import SinkSettings
    from sarv_sync.model.secret import Secret
    from sarv_sync.model.sink import Sight, Sink
    from sarv_sync.model.users import DesiredUser

_FORM_DIGITS = 12
_OF_NO_CONCERN = frozenset({"timeout"})
"""What is set of a sink, and changes neither what is stored nor who can read it."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """One entry of `credentials:` and the sink that it is."""

    settings: SinkSettings
    sink: Sink


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed in, as far as the files say, and what proves that a credential is taken there.

    `log_in` raises `SinkError` if it is not.
    """

    host: str | None = None
    port: int | None = None
    log_in: Callable[[Credential], None] | None = None


_NO_SERVER = Server()


class Outlets:
    """The sinks, in the order of the file. Safe to use from several threads at once."""

    def __init__(self, outlets: Sequence[Outlet] = (), server: Server = _NO_SERVER) -> None:
        self._outlets = tuple(outlets)
        self._server = server
        self._forms = tuple(_form(outlet, server) for outlet in self._outlets)
        self._numbers = range(len(self._outlets))

    def __bool__(self) -> bool:
        return bool(self._outlets)

    def targets(self, user: DesiredUser, smtp_user_name: str | None) -> tuple[Target, ...]:
        """Return the targets of `user`, sorted by address; see `model.evidence.Routes`."""
        if not self._outlets:
            return ()
        recipient = _recipient(user, smtp_user_name)
        found = [self._target(number, recipient) for number in self._numbers if self._takes(number, user)]
        return tuple(sorted(found, key=lambda target: target.address))

    def _takes(self, number: int, user: DesiredUser) -> bool:
        return self._outlets[number].settings.takes(user)

    def _target(self, number: int, recipient: Recipient) -> Target:
        """Return the target of one sink. One that has no address fails when something is delivered there."""
        outlet, form = self._outlets[number], self._forms[number]
        try:
            places = occupied(outlet.sink, recipient)
            return Target(outlet.sink.address(recipient), form, number, places=places)
        except InputError as error:
            fault = error.message
        return Target(f"{outlet.settings.sink} of {recipient.name} without an address", form, number, fault)

    def credential(self, user: DesiredUser, smtp_user_name: str, password: Secret) -> Credential:
        """Return what is delivered for `user`."""
        recipient = _recipient(user, smtp_user_name)
        return Credential(recipient, password, self._server.host, self._server.port)

    def deliver(self, target: Target, credential: Credential) -> str | None:
        """Put `credential` into `target`; return why that failed, if it did."""
        outlet = self._outlets[target.sink]
        if target.fault is not None:
            return f"{outlet.settings.sink}: {target.fault}"

        def put() -> None:
            outlet.sink.ready()
            outlet.sink.deliver(credential)

        return _failure(put, outlet.settings.sink)

    def verifies(self, targets: Iterable[Target]) -> bool:
        """Say whether somebody has to log in with what was delivered to `targets`."""
        return any(self._outlets[target.sink].settings.verify for target in targets)

    def log_in(self, credential: Credential) -> str | None:
        """Log in to the server with `credential`; return why that failed, if it did."""
        log_in = self._server.log_in
        if log_in is None:
            return None
        return _failure(lambda: log_in(credential), "logging in")

    def ready(self) -> list[Fault]:
        """Return what keeps sinks from being used at all; nothing outside this process is touched."""
        return [fault for outlet in self._outlets for fault in _refused(outlet.settings, outlet.sink.ready)]

    def check(self, users: Sequence[tuple[DesiredUser, str | None]], sinks: frozenset[int]) -> list[Fault]:
        """Have each of `sinks` prove that it can be written for those of `users` that it takes; return what fails."""
        faults = []
        for number in sorted(sinks):
            settings, sink = self._outlets[number].settings, self._outlets[number].sink
            recipients = [_recipient(user, known_as) for user, known_as in users if settings.takes(user)]
            faults += _refused(settings, partial(_prove, sink, recipients))
        return faults

    def look(self, credentials: Sequence[tuple[DesiredUser, Credential]]) -> tuple[dict[str, Sight], list[Fault]]:
        """Return what the targets of `credentials` show, and which sinks cannot be looked at, each reason once."""
        sights: dict[str, Sight] = {}
        faults: dict[str, Fault] = {}
        for outlet in self._outlets:
            own = [credential for user, credential in credentials if outlet.settings.takes(user)]
            if own:
                for fault in _refused(outlet.settings, partial(_see, outlet.sink, own, sights)):
                    faults.setdefault(fault.message, fault)
        return sights, list(faults.values())


def _see(sink: Sink, credentials: Sequence[Credential], sights: dict[str, Sight]) -> None:
    try:
        sink.ready()
    except InputError as error:
        message = f"what was delivered there is not looked at: {error.message}"
        raise InputError(message, "a run that delivers needs it; one that only plans can do without") from None
    sights.update(sink.read_back(credentials))


def _prove(sink: Sink, recipients: Sequence[Recipient]) -> None:
    sink.ready()
    sink.check(recipients)


def _refused(settings: SinkSettings, act: Callable[[], None]) -> list[Fault]:
    message = None
    hint: str | None = None
    try:
        act()
    except SarvSyncError as error:
        message, hint = error.message, error.hint
    except Exception as error:  # noqa: BLE001 - a sink of another package may raise anything, with anything in it
        message = _bug(error)
    if message is None:
        return []
    place = settings.sources.get("sink")
    at = (place.file, place.line, place.column) if place is not None else (None, None, None)
    return [Fault(f"{settings.sink}: {message}", hint, *at)]


def _failure(act: Callable[[], None], what: str) -> str | None:
    try:
        act()
    except (SinkError, InputError) as error:
        hint = f" ({error.hint})" if error.hint else ""
        return f"{what}: {error.message}{hint}"
    except Exception as error:  # noqa: BLE001 - the passwords of others still have to arrive
        return f"{what}: {_bug(error)}"
    return None


def _bug(error: Exception) -> str:
    """Say that a sink failed in a way it should not. What the exception says may be anything, a password too."""
    return f"the sink failed with {type(error).__name__}, which is a fault of its own"


def _recipient(user: DesiredUser, smtp_user_name: str | None) -> Recipient:
    return Recipient(entry_name(user.name), smtp_user_name, user.labels)


def _form(outlet: Outlet, server: Server) -> str:
    """Return what tells apart how a credential is laid out, and for whom: the same settings give the same digits.

    A reviewer of a plan approves of all that is set, not of an address alone.
    """
    options = {key: value for key, value in outlet.settings.options.items() if key not in _OF_NO_CONCERN}
    layout = {"options": options, "verify": outlet.settings.verify, "host": server.host, "port": server.port}
    return hashlib.sha256(canonical(layout)).hexdigest()[:_FORM_DIGITS]
