"""Changing a text at some places, so that every byte elsewhere stays: its line ends, and a byte order mark, too."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BOM = b"\xef\xbb\xbf"
_BREAK = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Edit:
    r"""What stands from `start` to `end` makes room for `text`. Offsets and text are in lines that end in `\n`."""

    start: int
    end: int
    text: str


def applied(content: bytes, edits: Iterable[Edit]) -> bytes:
    """Return `content` with `edits` made, none of which reaches into another. New lines end as its first one does."""
    original = content.removeprefix(BOM).decode("utf-8")
    pairs = [found.start() - number for number, found in enumerate(re.finditer("\r\n", original))]
    first = _BREAK.search(original)
    ending = first.group() if first else "\n"
    parts: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        start, end = (at + bisect_left(pairs, at) for at in (edit.start, edit.end))
        parts += [original[done:start], edit.text.replace("\n", ending)]
        done = end
    text = "".join([*parts, original[done:]])
    return content[: len(content) - len(content.removeprefix(BOM))] + text.encode("utf-8")


def below(text: str, at: int, column: int, lines: Sequence[str]) -> Edit:
    """Add `lines` below the content that ends at `at` and below its comments: those from `column` on."""
    spot = here = at if text.startswith("\n", at - 1) else next_line(text, at)
    while here < len(text):
        after = next_line(text, here)
        line = text[here:after]
        comment = line.lstrip(" \t")
        if comment.startswith("#") and len(line) - len(comment) >= column:
            spot = after
        elif comment.strip():
            break
        here = after
    added = "".join(f"{line}\n" for line in lines)
    return Edit(spot, spot, added if text.startswith("\n", spot - 1) else "\n" + added.removesuffix("\n"))


def next_line(text: str, at: int) -> int:
    """Return where the line behind the one of `at` begins; the end of `text` for the last."""
    return text.find("\n", at) + 1 or len(text)


def begins_line(text: str, at: int) -> bool:
    """Whether what stands at `at` is the first thing on its line."""
    return not text[text.rfind("\n", 0, at) + 1 : at].strip()
