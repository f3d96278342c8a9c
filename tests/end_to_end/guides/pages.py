"""What a guide asks of its reader, in the order in which it stands there.

A guide is Markdown in which every fenced block counts:

    ```console      commands, each behind `$ `, and what each of them prints
    ```yaml, csv, text   a file, saved as the paragraph before the block says in its last `code`
    ```diff         a change of the file that is named the same way, or else of the last one

What somebody else does meanwhile, or did before, the prose tells; a comment beside it says it exactly:

    <!-- account: smtp123 5000/200, smtp456 100/10 Disable -->    who is there at first
    <!-- console: smtp123 hourly_limit=900 -->                    somebody changes a user outside the files
    <!-- console: new 100/10 -->                                  somebody makes one
    <!-- days pass: 31 -->
    <!-- run: COMMAND -->                                         what was done before, and needs no reading
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PART = re.compile(
    r"^```(?P<language>[^\n]*)\n(?P<text>.*?)^```$|^<!-- (?P<word>[a-z ]+): (?P<told>.*?) -->$",
    re.DOTALL | re.MULTILINE,
)
_COMMENT = re.compile(r"^<!-- .* -->$", re.MULTILINE)
FILES = frozenset({"yaml", "csv", "text"})
ASIDES = frozenset({"account", "console", "days pass", "run"})


@dataclass(frozen=True, slots=True)
class Command:
    """One command line, and what the page says that it prints: standard output and standard error as one."""

    line: str
    printed: str


@dataclass(frozen=True, slots=True)
class File:
    """A file to save."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a file: lines that begin with - go, those with + come, the others stay."""

    name: str
    patch: str

    def made_to(self, text: str) -> str:
        """Return `text` as an editor would leave it. Raises `AssertionError` unless the old lines are there once."""
        lines = self.patch.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] in " -")
        new = "".join(line[1:] for line in lines if line[0] in " +")
        assert text.count(old) == 1, f"{old!r} is not once in {text!r}"
        return text.replace(old, new)


@dataclass(frozen=True, slots=True)
class Aside:
    """What happens beside the reader: `word` is one of `ASIDES`."""

    word: str
    told: str


Step = Command | File | Change | Aside


class Unreadable(AssertionError):
    """A part of a guide that nobody could follow."""


def steps(page: str) -> list[Step]:
    """Return what `page` asks for. Raises `Unreadable` for a block or comment that is none of the above."""
    found: list[Step] = []
    for part in _PART.finditer(page):
        if part["word"]:
            found.append(_aside(part["word"], part["told"]))
        else:
            found += _block(part["language"], part["text"], _named(page[: part.start()]) or _last(found))
    return found


def _aside(word: str, told: str) -> Aside:
    if word not in ASIDES:
        raise Unreadable(f"nobody knows what {word!r} asks for")
    return Aside(word, told)


def _block(language: str, text: str, name: str) -> list[Step]:
    if language == "console":
        return list(_commands(text))
    if language not in FILES | {"diff"}:
        raise Unreadable(f"a block in {language!r} is nothing to do")
    if not name:
        raise Unreadable(f"nothing says which file this is: {text!r}")
    return [Change(name, text) if language == "diff" else File(name, text)]


def _commands(text: str) -> list[Command]:
    first, *rest = re.split(r"^\$ ", text, flags=re.MULTILINE)
    if first or not rest:
        raise Unreadable(f"a block of commands begins with none: {text!r}")
    return [Command(*one.split("\n", 1)) for one in rest]


def _named(before: str) -> str:
    """Return the file that the paragraph before a block names, comments aside; empty if none is named."""
    paragraph = _COMMENT.sub("", before).rstrip().rpartition("\n\n")[2]
    names: list[str] = re.findall(r"`([\w./-]*[./][\w./-]*)`", paragraph)
    return names[-1] if names else ""


def _last(found: list[Step]) -> str:
    return next((step.name for step in reversed(found) if isinstance(step, File | Change)), "")
