"""How text looks on the terminal it goes to."""

from __future__ import annotations

from typing import Literal

from sarv_sync.values import dataclass

Role = Literal["add", "change", "remove", "keep", "trouble", "notice", "faint", "strong"]

_SGR: dict[Role, str] = {
    "add": "32",
    "change": "33",
    "remove": "31",
    "keep": "36",
    "trouble": "1;31",
    "notice": "1;33",
    "faint": "2",
    "strong": "1",
}
"""Parameters of ECMA-48 SGR. Colour only repeats what a symbol or a word says already."""

WIDTH_MIN = 40
WIDTH_UNLIMITED = 1_000_000


@dataclass(frozen=True, slots=True)
class Style:
    """Whether to colour, and how many cells wide a line may be where it can be broken.

    A width of 0 breaks nothing: for output that goes to a file or to another program.
    """

    color: bool = False
    width: int = 80

    @property
    def room(self) -> int:
        """Return the width to lay out for: nothing sensible fits below 40 cells."""
        return max(self.width, WIDTH_MIN) if self.width else WIDTH_UNLIMITED

    def paint(self, role: Role, text: str) -> str:
        """Return `text` in the colour of `role`. Measure before painting: the codes take no cells."""
        return f"\x1b[{_SGR[role]}m{text}\x1b[0m" if self.color and text else text
