"""What a program or a server said, in one line and without secrets: not those either that it says in pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sarv_sync.model.scrub import Scrubber


class NotShown(ValueError):
    """Nobody can tell that no secret is left in what was said. The reason reads on from `what it said`."""


def one_line(said: bytes, scrubber: Scrubber) -> str:
    """Return `said` with single spaces between its words, and the secrets that `scrubber` knows replaced.

    Control characters stay, see `model.visible`. Raises `NotShown`.
    """
    try:
        words = scrubber.scrub(said.decode()).split()
    except UnicodeDecodeError:
        raise NotShown("is not UTF-8, and is not shown") from None
    together = "".join(words).replace("\\n", "")  # which is how the end of a line may look, too
    if scrubber.scrub(together) != together:  # base64 in lines of 76 characters, say
        raise NotShown("has a secret in it, and is not shown")
    return scrubber.scrub(" ".join(words))  # a secret with a space in it, where a line ended
