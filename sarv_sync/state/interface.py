"""What a place for the state has to be able to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sarv_sync.errors import SwapLost
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Stored:
    """The document as it is kept, and the version to name when replacing it."""

    data: bytes
    version: str


@dataclass(frozen=True, slots=True)
class Site:
    """From where a place is opened: the main file's folder, the environment, and a bundle of CAs to trust, if any."""

    directory: Path
    environment: Mapping[str, str]
    ca_bundle: str | None = None


class Store(Protocol):
    """A place for one document. `read` and `swap` are all that its safety rests on.

    `version` is `read` for less. What `presence`, `recall` and `remember` add is known sooner where a place has it,
    and missed by nobody else. One instance belongs to one thread.
    """

    def read(self) -> Stored | None:
        """Return the document, None if there has never been one; raise `StateError` if it cannot be read."""
        ...

    def version(self) -> str | None:
        """Return the version that `read` would, without the document where the place can tell; raise as it does."""
        ...

    def swap(self, expected: str | None, data: bytes) -> str:
        """Replace the document durably and return its new version.

        `expected` is the version last read (None: there must be no document). Raises `SwapLost`, and changes
        nothing, if the document is another by now; `StateError` if it cannot be written.
        """
        ...

    def presence(self) -> AbstractContextManager[bool | None]:
        """Stay visibly alive for the length of the context.

        Yields True where nobody else is, False where another living process is, None where the place cannot
        tell. What it shows ends with the process, however that dies.
        """
        ...

    def recall(self) -> str | None:
        """Return the note last left here, None if there is none that can be read."""
        ...

    def remember(self, note: str) -> None:
        """Leave `note`, one line, beside the document in place of the last one.

        It stays at this place when the document is copied, moved or put back from a copy. A place that cannot keep
        one does nothing, and no failure is an error: the document is safe without it.
        """
        ...

    def describe(self) -> str:
        """Return where the document is, for people."""
        ...


def lost(where: str) -> SwapLost:
    """Return the error of a swap that came too late: the document at `where` is another by now."""
    return SwapLost(
        f"{where} was changed by somebody else while this run was at work",
        "run the command again; it starts from the state as it is now",
    )
