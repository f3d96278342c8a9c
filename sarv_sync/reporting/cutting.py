"""Markdown cut to a number of bytes: rows of tables go, the last ones first, and how many went is said.

It works on the text alone, so that what was cut once can be cut again. What holds the decision stands on top, so it
goes last; headings, with their counts, and whatever is no row of a table stay.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

_RULE = re.compile(r"\|(?: ---:? \|)+")
_NOTE = re.compile(r"\*([0-9,]{1,20}) (?:more )?(?:is|are) not shown here: .+\*")
_NOTE_ROOM = 20
"""Bytes: the empty line before a note, and what its number may still grow by."""


@dataclass(slots=True)
class _Table:
    head: tuple[str, ...]
    rows: list[str]
    gone: int

    def lines(self, where: str) -> list[str]:
        shown = [*self.head, *self.rows] if self.rows else []
        note = [_note(self.gone, where, some=bool(shown))] if self.gone else []
        return [*shown, *([""] if shown and note else []), *note]

    def without(self, excess: int, where: str) -> _Table:
        """Return the table at least `excess` bytes smaller if that can be, never a larger one."""
        wanted = excess + size(_note(self.gone, where, some=True)) + _NOTE_ROOM
        kept, saved = len(self.rows), 0
        while kept and saved < wanted:
            kept -= 1
            saved += size(self.rows[kept]) + 1
        smaller = _Table(self.head, self.rows[:kept], self.gone + len(self.rows) - kept)
        return smaller if _size(smaller.lines(where)) < _size(self.lines(where)) else self


def size(text: str) -> int:
    """Return how many bytes `text` has as UTF-8."""
    return len(text.encode())


def cut(text: str, limit: int, where: str) -> str:
    """Return `text` in at most `limit` bytes. `where` says, in Markdown, where the rest is: `see the log`."""
    left = size(text) - limit
    if left <= 0:
        return text
    pieces = _pieces(text)
    for index in range(len(pieces) - 1, -1, -1):
        piece = pieces[index]
        if isinstance(piece, _Table) and left > 0:
            pieces[index] = smaller = piece.without(left, where)
            left -= _size(piece.lines(where)) - _size(smaller.lines(where))
    lines = _lines(pieces, where)
    return "\n".join(lines) if _size(lines) - 1 <= limit else _beginning(lines, limit, where)


def least(text: str, where: str) -> int:
    """Return how many bytes `cut` leaves at least, without taking more than rows away."""
    everything = size(text)
    pieces = [piece.without(everything, where) if isinstance(piece, _Table) else piece for piece in _pieces(text)]
    return min(everything, _size(_lines(pieces, where)) - 1)


def shares(wants: Sequence[int], room: int) -> list[int]:
    """Return how much of `room` each gets: the small ones what they want, the large ones equally of what is left."""
    given = [0] * len(wants)
    by_size = sorted(range(len(wants)), key=lambda index: wants[index])
    for taken, index in enumerate(by_size):
        given[index] = max(min(wants[index], room // (len(wants) - taken)), 0)
        room -= given[index]
    return given


def _note(gone: int, where: str, *, some: bool) -> str:
    return f"*{gone:,} {'more ' if some else ''}{'is' if gone == 1 else 'are'} not shown here: {where}.*"


def _pieces(text: str) -> list[str | _Table]:
    lines = text.split("\n")
    pieces: list[str | _Table] = []
    at = 0
    while at < len(lines):
        table, length = _table_at(lines, at)
        pieces.append(table or lines[at])
        at += length
    return pieces


def _table_at(lines: Sequence[str], at: int) -> tuple[_Table | None, int]:
    """Return the table that begins at a line, or what an earlier cut left of it, and how many lines it has."""
    if note := _NOTE.fullmatch(lines[at]):
        return _Table((), [], _number(note)), 1
    if not (lines[at].startswith("| ") and at + 1 < len(lines) and _RULE.fullmatch(lines[at + 1])):
        return None, 1
    end = at + 2
    while end < len(lines) and lines[end].startswith("| "):
        end += 1
    table = _Table(tuple(lines[at : at + 2]), list(lines[at + 2 : end]), 0)
    if lines[end : end + 1] == [""] and (note := _NOTE.fullmatch("".join(lines[end + 1 : end + 2]))):
        table.gone = _number(note)
        end += 2
    return table, end - at


def _number(note: re.Match[str]) -> int:
    return int(note[1].replace(",", "") or 0)


def _lines(pieces: Sequence[str | _Table], where: str) -> list[str]:
    return [line for piece in pieces for line in ([piece] if isinstance(piece, str) else piece.lines(where))]


def _size(lines: Sequence[str]) -> int:
    """Return the bytes of `lines`, each with its newline."""
    return sum(size(line) + 1 for line in lines)


def _beginning(lines: Sequence[str], limit: int, where: str) -> str:
    """Return as many whole lines as fit, with what they folded out closed again. Only a tiny `limit` needs this."""
    end = f"*The rest is not shown here: {where}.*"
    kept: list[str] = []
    closing: list[str] = []
    room = limit - size(end) - 1
    for line in lines:
        if line.startswith("<details"):
            after = [*closing, "", "</details>"]
        else:
            after = closing[:-2] if line == "</details>" else closing
        room -= size(line) + 1
        if room < _size(after):
            break
        kept.append(line)
        closing = after
    whole = "\n".join([*kept, *closing, "", end]) if kept else end
    return whole if size(whole) <= limit else ""
