"""Measuring, cutting and breaking text by terminal cells."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from sarv_sync.model.visible import without_marker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_COMMAND = re.compile(r"^((?:\s|\x1b\[[0-9;]*m)*):(?=:)")

_COPIED = re.compile(r"`[^`]* [^`]*`")
"""A command, or a line of a file: more than one word."""

ELLIPSIS = "…"

_GLUE = "\xa0"
"""Stands for a space that must not break a line. Printable text holds none: it shows as an escape."""


def cells(text: str) -> int:
    """Return how many terminal cells `text`, already printable, takes: wide characters two, combining marks none."""
    return len(text) if text.isascii() else sum(map(_cell, text))


def pad(text: str, width: int) -> str:
    """Return `text` filled with spaces on the right; a longer one is left as it is."""
    return text + " " * (width - cells(text))


def pad_left(text: str, width: int) -> str:
    """Return `text` filled with spaces on the left; a longer one is left as it is."""
    return " " * (width - cells(text)) + text


def cut(text: str, width: int) -> str:
    """Return `text`, its middle replaced by `…` if it takes more than `width` cells: both ends tell names apart."""
    if cells(text) <= width:
        return text
    tail = (width - 1) // 3
    return head_of(text, width - 1 - tail) + ELLIPSIS + tail_of(text, tail)


def head_of(text: str, width: int) -> str:
    """Return as much of the beginning of `text` as fits into `width` cells."""
    taken = 0
    for index, character in enumerate(text):
        taken += _cell(character)
        if taken > width:
            return text[:index]
    return text


def tail_of(text: str, width: int) -> str:
    """Return as much of the end of `text` as fits into `width` cells."""
    taken = 0
    for index in range(len(text) - 1, -1, -1):
        taken += _cell(text[index])
        if taken > width:
            return text[index + 1 :]
    return text


def wrapped(text: str, width: int) -> list[str]:
    """Return `text` as lines of at most `width` cells, broken between words, or within one that is too long.

    What paired backticks enclose stays on one line, however long, so that it can be copied.
    """
    lines: list[str] = []
    line = ""
    for word in _words(text):
        for piece in (word,) if _COPIED.search(word) else _pieces(word, width):
            if line and cells(line) + 1 + cells(piece) > width:
                lines.append(line)
                line = ""
            line = f"{line} {piece}" if line else piece
    return [*lines, line]


def _words(text: str) -> list[str]:
    quoted = text.split("`")
    if len(quoted) % 2 == 0 or len(quoted) == 1:
        return text.split(" ")
    glued = (part.replace(" ", _GLUE) if index % 2 else part for index, part in enumerate(quoted))
    return [word.replace(_GLUE, " ") for word in "`".join(glued).split(" ")]


def hanging(first: str, lines: Sequence[str]) -> list[str]:
    """Return `lines` under `first`, a prefix of spaces and ASCII that the later lines leave free."""
    indent = " " * len(first)
    return [f"{first if index == 0 else indent}{line}" for index, line in enumerate(lines)]


def flowed(parts: Sequence[str], widths: Sequence[int], room: int, indent: str) -> list[str]:
    """Return `parts`, whose cells are `widths`, on one line where they fit, else on further ones under `indent`."""
    lines: list[str] = []
    line, taken = parts[0], widths[0]
    for part, width in zip(parts[1:], widths[1:], strict=True):
        if taken + 2 + width > room:
            lines.append(line.rstrip())
            line, taken = indent + part, len(indent) + width
        else:
            line, taken = f"{line}  {part}", taken + 2 + width
    return [*lines, line.rstrip()]


def finish(lines: Iterable[str]) -> str:
    r"""Return `lines` as one text, no line of which is a workflow command.

    The runner of GitHub Actions obeys a line that begins, after white space, with `::` (`ActionCommand.TryParseV2`).
    A word that wrapping put there is shown with `\x3a` instead of its first colon. A `##[` may have come about where
    two pieces met.
    """
    return "\n".join(finished(lines))


def finished(lines: Iterable[str]) -> Iterator[str]:
    """Yield `lines` as `finish` joins them."""
    return (_COMMAND.sub(r"\1\\x3a", without_marker(line)) for line in lines)


def _cell(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _pieces(word: str, width: int) -> Iterable[str]:
    start = taken = 0
    if not (word.isascii() and len(word) <= width):
        for index, character in enumerate(word):
            size = _cell(character)
            if taken + size > width and index > start:
                yield word[start:index]
                start, taken = index, 0
            taken += size
    yield word[start:]
