"""How values are shown in messages: cut short, escaped, and named by what they are."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from sarv_sync.config.nodes import Float, Seq

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 60


def shown(text: str) -> str:
    """Return `text` fit for a message: one line, nothing invisible or direction-changing, at most 60 characters."""
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return "".join(char if _harmless(char) else _escaped(char) for char in short)


def _harmless(char: str) -> bool:
    return char == " " or unicodedata.category(char)[0] in "LMNPS"


def _escaped(char: str) -> str:
    return json.dumps(char)[1:-1] if ord(char) > 0x7F or char in "\n\r\t" else f"\\x{ord(char):02x}"


def found(value: Any, written: str) -> str:
    """Return what `value` is, in words: `the number 5`, `the text "abc"`, `a list`.

    `written` is the text of the file from where the value begins.
    """
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case int() | Float():
            return _number(value, written)
        case str():
            return f'the text "{shown(value)}"' if value else "an empty text"
        case _:
            return "a list" if isinstance(value, Seq) else "a mapping"


def word(written: str) -> str:
    """Return the first word of `written`, fit for a message."""
    return shown(re.split(r"[\s,:\]}#]", written, maxsplit=1)[0])


def _number(value: int | Float, written: str) -> str:
    if isinstance(value, Float):
        return f"the fractional number {word(written)}"
    return f"the number {value}" if abs(value) < 10**30 else "a number of more than 30 digits"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the one of `known` that `word` was most likely meant to be, None if none is close."""
    from difflib import get_close_matches

    by_folded = {one.casefold().replace("-", "_"): one for one in sorted(known, reverse=True)}
    close = get_close_matches(word.casefold().replace("-", "_")[:200], sorted(by_folded), n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def listed(known: Iterable[str]) -> str:
    """Return `known` as a list: "`a`, `b`, `c`"."""
    return ", ".join(f"`{shown(one)}`" for one in known)


def one_of(known: Iterable[str]) -> str:
    """Return `known` as a choice: "`a`, `b` or `c`"."""
    words = [f"`{shown(one)}`" for one in known]
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else "".join(words)
