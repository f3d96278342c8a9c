r"""Untrusted text in one line of visible characters.

The same as `reporting.escape`, which stands on the same layer and so cannot be imported here.
"""

from __future__ import annotations

import re

_LOOKS_LIKE_NOTHING = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_SHORT = {"\t": r"\t", "\n": r"\n", "\r": r"\r"}
_ELLIPSIS = "…"


def printable(text: str) -> str:
    r"""Return `text` with everything that is not plainly visible written as `\n`, `\x1b`, `\u202e` and the like.

    Every `##[` is broken: the runner obeys it anywhere in a line.
    """
    if not (text.isascii() and text.isprintable()):
        text = "".join([_visible(character) for character in text])
    return text.replace("##[", r"#\x23[")


def short(text: str, most: int) -> str:
    """Return `text` as `printable` does, cut to `most` characters."""
    shown = printable(text[: most + 1])
    return shown if len(shown) <= most else shown[: most - 1] + _ELLIPSIS


def notation(character: str) -> str:
    r"""Return how `character` is written where it must not be shown: `\n`, `\x07`, `\u202e`, `\U000e0041`."""
    code = ord(character)
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return _SHORT.get(character) or (f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}")


def _visible(character: str) -> str:
    seen = character.isprintable() and not _LOOKS_LIKE_NOTHING.match(character)
    return character if seen else notation(character)
