"""Untrusted text, made fit to be shown.

Names, paths and messages come from files, from the network and from exceptions. Shown as they are they could move
the cursor, turn the reading direction, forge further lines, or speak to a CI system that reads what is printed.
"""

from __future__ import annotations

import re

_SHORT = {"\t": r"\t", "\n": r"\n", "\r": r"\r"}
_ELLIPSIS = "…"

_LOOKS_LIKE_NOTHING = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Fillers, blanks and variation selectors: `str.isprintable` takes them for letters and marks."""


def printable(text: str) -> str:
    r"""Return `text` with everything that is not plainly visible written as `\n`, `\x1b`, `\u202e` and the like.

    What `str.isprintable` accepts stays: that leaves out controls (C0, C1), bidi marks, zero-width characters, line
    separators, lone surrogates, private and unassigned code points, and every space but the ASCII one.
    """
    if not (text.isascii() and text.isprintable()):
        text = "".join([_visible(character) for character in text])
    return without_marker(text)


def short(text: str, most: int) -> str:
    """Return `text` as `printable` does, cut to `most` characters."""
    shown = printable(text[: most + 1])
    return shown if len(shown) <= most else shown[: most - 1] + _ELLIPSIS


def without_marker(text: str) -> str:
    """Break every `##[`: the runner of GitHub Actions obeys it anywhere in a line (its `ActionCommand.TryParse`)."""
    return text.replace("##[", r"#\x23[")


def notation(character: str) -> str:
    r"""Return how `character` is written where it must not be shown: `\n`, `\x07`, `\u202e`, `\U000e0041`."""
    code = ord(character)
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return _SHORT.get(character) or (f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}")


def is_visible(character: str) -> bool:
    """Return whether `character` may be shown as it is."""
    return character.isprintable() and not _LOOKS_LIKE_NOTHING.match(character)


def _visible(character: str) -> str:
    return character if is_visible(character) else notation(character)
