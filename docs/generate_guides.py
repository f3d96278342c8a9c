"""Writes what commands print into the guides: `PYTHONPATH=. python docs/generate_guides.py [GUIDE…]`.

Each guide is followed against the sandbox, and what a command prints now takes the place of what the guide shows,
where that is not the same. A test fails when they differ. Read the difference before you keep it.
"""

from __future__ import annotations

import re
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tests.end_to_end.guides.following import Unlike, reader
from tests.end_to_end.guides.pages import steps

if TYPE_CHECKING:
    from collections.abc import Iterator

GUIDES = Path(__file__).parent / "how-to"
_COMMANDS = re.compile(r"^(```console\n)(.*?)^```$", re.DOTALL | re.MULTILINE)


def generated(page: str) -> str:
    """Return `page` with what its commands print."""
    printed = _printed(page)
    return _COMMANDS.sub(lambda block: f"{block[1]}{''.join(_again(block[2], printed))}```", page)


def _again(block: str, printed: Iterator[str]) -> Iterator[str]:
    for line in re.findall(r"^\$ .*\n", block, re.MULTILINE):
        yield line + next(printed)


def _printed(page: str) -> Iterator[str]:
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder, reader(Path(folder), steps(page)) as one:
        for step in steps(page):
            before = len(one.ran)
            alike = False
            with suppress(Unlike):
                one.follow(step)
                alike = True
            for command, said in one.ran[before:]:
                found.append(command.printed if alike else one.likeness.shown(said))
    return iter(found)


if __name__ == "__main__":
    for path in [Path(name) for name in sys.argv[1:]] or sorted(GUIDES.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        path.write_text(generated(text), encoding="utf-8")
