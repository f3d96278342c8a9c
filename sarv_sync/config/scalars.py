"""The core schema of YAML 1.2 (chapter 10.3.2): which plain words are null, booleans, integers or floats."""

from __future__ import annotations

import re

from sarv_sync.config.nodes import Float
from sarv_sync.values import dataclass

CORE = "tag:yaml.org,2002:"
"""What `!!` stands for."""

STARTS = frozenset("0123456789+-.~nNtTfF")
"""What a plain word that is not text begins with."""

NUMBER = re.compile("[1-9][0-9]{0,15}")
"""Whole numbers as nearly all are written."""

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_AMBIGUOUS = re.compile(r"[-+]?0[0-9]+\Z")
_BASED = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_SPECIAL = re.compile(r"([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\Z")
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Problem:
    """A plain word that has no safe meaning."""

    message: str
    hint: str


Scalar = None | bool | int | Float | str


def resolve(word: str) -> Scalar | Problem:
    """Return what the plain scalar `word` means."""
    if word in _WORDS:
        return _WORDS[word]
    if len(word) > _LONGEST:
        return _long(word)
    if _INTEGER.match(word):
        return _ambiguous(word) if _AMBIGUOUS.match(word) else int(word)
    if _BASED.match(word):
        return int(word, 0)
    return _fraction(word)


def _fraction(word: str) -> Float | str:
    if _FLOAT.match(word):
        return Float(float(word))
    return Float(float(word.replace(".", ""))) if _SPECIAL.match(word) else word


def _ambiguous(word: str) -> Problem:
    sign, digits = ("-", word[1:]) if word[0] == "-" else ("", word.lstrip("+"))
    shown = word if len(word) <= 40 else word[:39] + "…"
    return Problem(
        f"`{shown}` is ambiguous: some YAML readers take the leading zero to mean an octal number",
        f'write {sign}{digits.lstrip("0") or "0"} for the number, or quote it ("{word}") for text'
        if len(word) <= 40
        else "drop the leading zeros, or quote it for text",
    )


def _long(word: str) -> str | Problem:
    numeric = _INTEGER.match(word) or _FLOAT.match(word) or _BASED.match(word)
    return Problem(f"this number has {len(word)} characters", "quote it if it is text") if numeric else word
