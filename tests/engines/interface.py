"""What a test needs of something real that keeps states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

When = Literal["before", "after"]


class Access(NamedTuple):
    """A way to a document: the `state:` section that names it, and the environment that it takes."""

    settings: dict[str, Any]
    environment: Mapping[str, str]


class Engine(Protocol):
    """A kind of place, running. Whoever asks for the same folder gets the same document, of that folder alone."""

    def access(self, folder: Path) -> Access:
        """Return the way to the document of `folder`."""
        ...

    def damage(self, folder: Path, data: bytes) -> None:
        """Put `data` in place of the document, behind the program's back."""
        ...

    def read_only(self, folder: Path) -> Access:
        """Return a way on which the document can be read and not written."""
        ...

    def unreachable(self, folder: Path) -> Access:
        """Return a way at the end of which nobody listens."""
        ...

    def cut(self, folder: Path, when: When) -> AbstractContextManager[Access]:
        """Yield a way on which every write breaks off, before or after the place acted. Reading works."""
        ...
