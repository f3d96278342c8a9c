"""Whether a program said what a page shows, where some of it is another in every run.

These may differ, and nothing else:

- digests, ids of runs and of commits: any other of the same length, but the same one wherever the page has the same;
- times: any other in the same form.

A line of the page that is `…` stands for any lines.
"""

from __future__ import annotations

import re

_VARIES = re.compile(
    r"(?P<id>(?<!\w)(?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{7,64}(?!\w))"
    r"|(?P<time>\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)|(?P<day>\d{4}-\d\d-\d\d)"
)
_SHAPES = {"time": r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d", "day": r"\d{4}-\d\d-\d\d"}


class Likeness:
    """`real` has, for each id of the page that was met, the one that stands for it here."""

    def __init__(self) -> None:
        self.real: dict[str, str] = {}

    def translated(self, text: str) -> str:
        """Return `text` of the page with the ids of here, for a command."""
        return _VARIES.sub(lambda found: self._here(found[0]), text)

    def matches(self, shown: str, said: str) -> bool:
        """Return whether `said` is what the page shows. Remembers the ids it met, if so."""
        pattern, names = self._pattern(shown)
        found = re.fullmatch(pattern, said)
        if found is None:
            return False
        met = {name: found[group] for group, name in names.items()}
        if len({*self.real.values(), *met.values()}) != len({*self.real, *met}):
            return False
        self.real |= met
        return True

    def shown(self, said: str) -> str:
        """Return what was said here with the ids of the page, as far as they were met."""
        for page, real in sorted(self.real.items(), key=lambda pair: -len(pair[1])):
            said = said.replace(real, page)
        return said

    def _here(self, shown: str) -> str:
        """Return the id that stands for `shown`, also where the page has only its beginning; itself if none does."""
        whole = next((real for page, real in self.real.items() if page.startswith(shown)), shown)
        return whole[: len(shown)]

    def _pattern(self, shown: str) -> tuple[str, dict[str, str]]:
        """Return a pattern for what may be said, and which of its groups is which id of the page."""
        names: dict[str, str] = {}
        return "".join(self._line(line, names) for line in shown.splitlines(keepends=True)), names

    def _line(self, line: str, names: dict[str, str]) -> str:
        if line == "…\n":
            return r"(?:.*\n)*?"
        parts, end = [], 0
        for found in _VARIES.finditer(line):
            parts += [re.escape(line[end : found.start()]), self._variable(found, names)]
            end = found.end()
        return "".join([*parts, re.escape(line[end:])])

    def _variable(self, found: re.Match[str], names: dict[str, str]) -> str:
        shown = found[0]
        if shape := _SHAPES.get(found.lastgroup or ""):
            return shape
        known = next((page for page in self.real if page.startswith(shown)), "")
        if known:
            return re.escape(self._here(shown))
        group = next((group for group, name in names.items() if name == shown), None)
        if group:
            return f"(?P={group})"
        names[group := f"id{len(names)}"] = shown
        begun = max((page for page in self.real if shown.startswith(page)), key=len, default="")
        rest = f"[0-9a-f]{{{len(shown) - len(begun)}}}"
        return f"(?P<{group}>{re.escape(self.real[begun]) if begun else ''}{rest})"
