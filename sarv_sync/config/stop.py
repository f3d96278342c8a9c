"""The end of reading a file: what comes after the spot cannot be made sense of."""

from __future__ import annotations


class Stop(Exception):
    """Raised inside this package only. The spot is the character at offset `at`; `hidden` keeps its line unshown."""

    def __init__(self, at: int, message: str, hint: str, *, hidden: bool = False) -> None:
        super().__init__(message)
        self.at = at
        self.message = message
        self.hint = hint
        self.hidden = hidden
