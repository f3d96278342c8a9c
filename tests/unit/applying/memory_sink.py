"""A sink in memory, and the outlets that it makes."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sarv_sync.applying.outlets import Outlet, Outlets, Server
from sarv_sync.model.configuration import SinkSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sarv_sync.model.sink import Credential, Recipient, Sight


@dataclass
class MemorySink:
    """Holds user name and password by address. `calls` are its methods in the order they were called.

    `failure` is raised by `deliver` for the addresses in `failing` (all of them if empty), `refusal` by `check`,
    `unready` by `ready`, `unseen` by `read_back`.
    """

    template: str = "memory {name}"
    holds: dict[str, tuple[str, str]] = field(default_factory=dict)
    failure: Exception | None = None
    failing: set[str] = field(default_factory=set)
    refusal: Exception | None = None
    unready: Exception | None = None
    unseen: Exception | None = None
    calls: list[tuple[object, ...]] = field(default_factory=list)
    before_delivery: Callable[[str], object] = lambda _: None

    def __post_init__(self) -> None:
        self._guard = threading.Lock()

    def address(self, recipient: Recipient) -> str:
        known_as = recipient.smtp_user_name or "{smtp_user_name}"
        return self.template.format(name=recipient.name, smtp_user_name=known_as)

    def ready(self) -> None:
        if self.unready is not None:
            raise self.unready

    def check(self, recipients: Sequence[Recipient]) -> None:
        self.calls.append(("check", *(self.address(recipient) for recipient in recipients)))
        if self.refusal is not None:
            raise self.refusal

    def deliver(self, credential: Credential) -> None:
        address = self.address(credential.recipient)
        with self._guard:
            self.before_delivery(address)
            self.calls.append(("deliver", address, credential.username))
            if self.failure is not None and (not self.failing or address in self.failing):
                raise self.failure
            self.holds[address] = (credential.username, credential.password.reveal())

    def read_back(self, credentials: Sequence[Credential]) -> dict[str, Sight]:
        self.calls.append(("read back", *(self.address(one.recipient) for one in credentials)))
        if self.unseen is not None:
            raise self.unseen
        return {self.address(one.recipient): self._sight(one) for one in credentials}

    def _sight(self, credential: Credential) -> Sight:
        held = self.holds.get(self.address(credential.recipient))
        if held is None:
            return "gone"
        return "there" if held == (credential.username, credential.password.reveal()) else "other"

    def made(self, kind: str) -> list[tuple[object, ...]]:
        """Return the calls of one kind, without the kind."""
        return [call[1:] for call in self.calls if call[0] == kind]


def outlets_of(
    *sinks: MemorySink,
    only: tuple[tuple[str, str], ...] = (),
    verify: bool = False,
    log_in: Callable[[Credential], None] | None = None,
) -> Outlets:
    """Return the outlets of these sinks, all set up in the same way."""
    settings = SinkSettings("memory", only=only, verify=verify)
    return Outlets([Outlet(settings, sink) for sink in sinks], Server("smtp.example.net", 587, log_in))
