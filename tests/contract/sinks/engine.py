"""What the contract suite needs of something real that passwords are delivered to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

from sarv_sync.model.secret import Secret
from sarv_sync.model.sink import Credential, Recipient

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sarv_sync.model.sink import Sink

    Opener = Callable[[Path], "Engine"]
    """Makes a place where nothing was delivered yet. The folder is empty, and that place's alone."""

Readable = Literal["content", "presence", "no"]
"""What `read_back` can tell: whether the right credential is there, whether there is one at all, or nothing."""


class Engine(Protocol):
    """A place that one kind of sink delivers to, such that nobody else does.

    `stored`, `spoil`, `remove` and `inventory` look at the place itself, by other means than the sink.
    """

    @property
    def kind(self) -> str:
        """As `sink:` names it."""
        ...

    @property
    def readable(self) -> Readable: ...

    @property
    def secrets(self) -> tuple[str, ...]:
        """What gives access to the place: tokens in the environment of the sink, which must not show."""
        ...

    @property
    def by_label(self) -> Mapping[str, Any] | None:
        """Options with which an address has the value of the label `team` in it; None where no option does that."""
        ...

    def open(self, **options: Any) -> Sink:
        """Return a sink for this place. `options` come above those that are needed to reach it.

        Its scrubber knows no secret yet.
        """
        ...

    def stored(self, credential: Credential) -> dict[str, str] | None:
        """Return the keys and values in the target of `credential`, None if there is no target.

        Keys are as `keys:` has them, without what the sink may put before them.
        """
        ...

    def spoil(self, credential: Credential) -> None:
        """Overwrite the target of `credential` with something else."""
        ...

    def remove(self, credential: Credential) -> None:
        """Delete the target of `credential`."""
        ...

    def inventory(self) -> set[str]:
        """Return the names of all that is in the place: targets, and whatever else a sink may leave there."""
        ...

    def forbid(self) -> AbstractContextManager[None]:
        """Let nothing be written to the place for the length of the context.

        What the place answers then holds as much of what was sent to it as such a place can be made to say.
        """
        ...


def credential(
    name: str = "billing", password: str = "first-Passw0rd", host: str | None = "smtp.example.net", port: int = 587
) -> Credential:
    """Return the credential of a user `name` of the team `finance`; without `host` no server is set."""
    recipient = Recipient(name, f"smtp-{name}", (("team", "finance"),))
    return Credential(recipient, Secret(password), host, None if host is None else port)
