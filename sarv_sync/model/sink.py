"""Where passwords are delivered to, as everything but the sinks themselves sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sarv_sync.model.secret import Secret

Sight = Literal["there", "gone", "other"]
"""What a target shows: the credential that belongs there, nothing at all, or something else."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whose credential it is: its name in the files, the provider's (None for one still to be made), its labels."""

    name: str
    smtp_user_name: str | None
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Credential:
    """What is delivered: the password of a user that exists, and the server to use it at, as far as that is set."""

    recipient: Recipient
    password: Secret
    host: str | None = None
    port: int | None = None

    @property
    def username(self) -> str:
        """The name to log in with."""
        return self.recipient.smtp_user_name or ""


class Sink(Protocol):
    """A kind of place that credentials are delivered to, set up as one entry of `credentials:` says.

    Safe to use from several threads at once. Nothing is imported, read or called before the first use of a method
    other than `address`. Errors are `SinkError`, or `InputError` where a setting is what is wrong; no message holds a
    password or a token. Whoever shows one puts the kind of sink before it.

    A sink may also have `occupies(recipient) -> tuple[str, ...]`; see `occupied`.
    """

    def address(self, recipient: Recipient) -> str:
        """Return the target of `recipient` in one line: what people read, and what the state remembers.

        It starts with the kind of sink. Two recipients with the same address would overwrite one another. What is not
        known yet stays as the template has it. Pure: the same recipient always has the same. Raises `InputError` if
        a label that the template asks for is missing, or does not fit.
        """
        ...

    def ready(self) -> None:
        """Raise if a library, program, setting or credential is missing that every delivery needs.

        Touches nothing outside this process.
        """
        ...

    def check(self, recipients: Sequence[Recipient]) -> None:
        """Prove that the target of each of `recipients` can be written, and leave what it holds as it is.

        Raises for the first one that cannot.
        """
        ...

    def deliver(self, credential: Credential) -> None:
        """Put `credential` into its target, in one step and durably. Doing it again does no harm."""
        ...

    def read_back(self, credentials: Sequence[Credential]) -> Mapping[str, Sight]:
        """Return what each target shows, by its address. Changes nothing and runs no program of the user's.

        A target of which nothing can be said, since this kind cannot be read, is left out. Raises if the place cannot
        be reached or refuses.
        """
        ...


def occupied(sink: Sink, recipient: Recipient) -> tuple[str, ...]:
    """Return the places that the credential of `recipient` takes in `sink`, each in one line.

    No two credentials may have one of them in common, of whichever sinks. It is the address, unless the sink has a
    method `occupies` that says otherwise: one that writes to several places, or to places that other kinds of sinks
    write to as well. That is as pure as `address`, and raises the same errors.
    """
    occupies: Callable[[Recipient], tuple[str, ...]] | None = getattr(sink, "occupies", None)
    return (sink.address(recipient),) if occupies is None else occupies(recipient)
