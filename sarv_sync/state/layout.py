"""The document as text: one line an entry, so that version control shows what changed."""

from __future__ import annotations

from io import BytesIO
from itertools import islice
from json.encoder import JSONEncoder, encode_basestring, encode_basestring_ascii
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_BLOCK = 1000
"""So many lines are encoded together."""

compact = JSONEncoder(ensure_ascii=False).encode
"""Return a value as JSON in one line."""

quoted = encode_basestring
"""Return a string as JSON, as `compact` would."""


class Entries:
    """The lines of an object or a list, at least one, made when they are asked for."""

    def __init__(self, opening: str, lines: Iterable[str], closing: str) -> None:
        self.opening = opening
        self.lines = lines
        self.closing = closing


def laid_out(document: Mapping[str, Any]) -> bytes:
    """Return `document` as UTF-8, each of its `Entries`, objects of objects and lists with one line an entry.

    Of a large document there is never more than one copy.
    """
    text = BytesIO()
    before = "{\n  "
    for key, value in document.items():
        text.write((before + named(key, "")).encode())
        _write(text, _entries(value))
        before = ",\n  "
    text.write(b"\n}\n")
    return text.getvalue()


def named(name: str, text: str) -> str:
    """Return the line of an object's entry."""
    return f"{encode_basestring_ascii(name)}: {text}"


def _entries(value: Any) -> Entries | str:
    if isinstance(value, Entries):
        return value
    if isinstance(value, dict) and any(isinstance(entry, dict | list) for entry in value.values()):
        return Entries("{", (named(key, compact(entry)) for key, entry in value.items()), "}")
    if isinstance(value, list) and value:
        return Entries("[", map(compact, value), "]")
    return compact(value)


def _write(text: BytesIO, value: Entries | str) -> None:
    if isinstance(value, str):
        text.write(value.encode())
        return
    lines = iter(value.lines)
    before = f"{value.opening}\n    "
    while block := tuple(islice(lines, _BLOCK)):
        text.write((before + ",\n    ".join(block)).encode())
        before = ",\n    "
    text.write(f"\n  {value.closing}".encode())
