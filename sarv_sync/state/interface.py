"""What a place for the state has to be able to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


@dataclass(frozen=True, slots=True)
class Stored:
    """The document as it is kept, and the version to name when replacing it."""

    data: bytes
    version: str


class Store(Protocol):
    """A place for one document. `read` and `swap` are all that its safety rests on."""

    def read(self) -> Stored | None:
        """Return the document, None if there has never been one; raise `StateError` if it cannot be read."""
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

    def describe(self) -> str:
        """Return where the document is, for people."""
        ...
