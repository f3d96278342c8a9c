"""One configuration file in memory: its text, its positions, and what was found wrong with it."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from dataclasses import field
from typing import TYPE_CHECKING

from sarv_sync.errors import Fault
from sarv_sync.model.backends import holds_secret
from sarv_sync.model.users import Source
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WORDS = "(?:token|passw(?:or)?d|secret)"
_SECRET_KEY = re.compile(rf"{_WORDS}[\"']?\s*:|\?\s*[\"']?\w*{_WORDS}", re.IGNORECASE)

_LONGEST_LINE = 500


def may_hold_secret(text: str) -> bool:
    """Say whether there may be the API token in `text`, or a password that somebody put into a file.

    A line of which that is so is never shown.
    """
    return _SECRET_KEY.search(text) is not None or holds_secret(text)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to say about the character at offset `at`, not yet turned into a `Fault`."""

    at: int
    message: str
    hint: str | None
    hidden: bool = False


@dataclass(slots=True)
class SourceFile:
    """A decoded file. Offsets count characters from 0, byte order mark left out, every line break one `\\n`.

    `name` is the display path. The first finding about a spot stands; later ones about the same spot are what
    follows from it, and are dropped. Lines given to `hide` appear in no excerpt.
    """

    name: str
    text: str
    _starts: array[int] | None = field(default=None, repr=False)
    _errors: dict[int, Finding] = field(default_factory=dict)
    _warnings: dict[int, Finding] = field(default_factory=dict)
    _hidden: set[int] = field(default_factory=set)

    def source(self, at: int) -> Source:
        """Return the place of the character at offset `at`."""
        starts = self._line_starts()
        line = bisect_right(starts, at)
        return Source(self.name, line, at - starts[line - 1] + 1)

    def _line_starts(self) -> array[int]:
        """Return the offset at which each line begins, found out when it is first asked for."""
        if self._starts is None:
            self._starts = array("Q", (0, *(match.end() for match in re.finditer("\n", self.text))))
        return self._starts

    def error(self, at: int, message: str, hint: str | None, *, hidden: bool = False) -> None:
        """Record that the file is wrong at `at`; `hidden` keeps the line out of the excerpt."""
        self._errors.setdefault(at, Finding(at, message, hint, hidden))

    def warning(self, at: int, message: str, hint: str | None) -> None:
        """Record something at `at` that is probably not meant."""
        self._warnings.setdefault(at, Finding(at, message, hint))

    @property
    def clean(self) -> bool:
        """Whether nothing wrong was found so far."""
        return not self._errors

    @property
    def silent(self) -> bool:
        """Whether there is nothing to say about the file so far."""
        return not (self._errors or self._warnings or self._hidden)

    @property
    def faults(self) -> int:
        """How many spots something wrong was found at so far."""
        return len(self._errors)

    def forget(self) -> None:
        """Drop what was found so far, before the file is read once more."""
        self._errors.clear()

    def hide(self, start: int, end: int) -> None:
        """Keep the lines from offset `start` to offset `end` out of every excerpt."""
        self._hidden.update(range(self.source(start).line, self.source(end).line + 1))

    def errors(self) -> Iterator[Fault]:
        """Return every error in file order."""
        return self._faults(self._errors.values())

    def warnings(self) -> Iterator[Fault]:
        """Return every warning in file order."""
        return self._faults(self._warnings.values())

    def _faults(self, findings: Iterable[Finding]) -> Iterator[Fault]:
        for finding in sorted(findings, key=lambda one: one.at):
            place = self.source(finding.at)
            excerpt = None if finding.hidden else self.excerpt(place)
            yield Fault(finding.message, finding.hint, self.name, place.line, place.column, excerpt)

    def excerpt(self, place: Source) -> str | None:
        """Return the line of `place`, cut if it is long; None if it may not be shown, or is not there."""
        starts = self._line_starts()
        if place.line > len(starts):
            return None
        start = starts[place.line - 1]
        end = starts[place.line] - 1 if place.line < len(starts) else len(self.text)
        line = self.text[start : min(end, start + _LONGEST_LINE + 1)]
        if place.line in self._hidden or may_hold_secret(self.text[start:end]) or place.column > _LONGEST_LINE:
            return None
        return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"
