"""What every place on another machine has in common."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Remote:
    """Half a `Store`: the half that a place without processes of its own cannot have.

    Nobody sees there whether a run lives, so its lease alone decides; and there is nowhere for a note.
    """

    @contextmanager
    def presence(self) -> Iterator[bool | None]:
        """Yield None: the place cannot tell."""
        yield None

    def recall(self) -> str | None:
        """Return None: nothing is remembered."""
        return None

    def remember(self, note: str) -> None:
        """Do nothing."""
