"""What past applies, and the changes they made, have in common wherever they are shown as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sarv_sync.model.visible import printable, short
from sarv_sync.reporting.field_text import change_lines
from sarv_sync.reporting.layout import cells, flowed
from sarv_sync.reporting.rows import field_rows
from sarv_sync.reporting.text_parts import SYMBOLS, entry_lines
from sarv_sync.reporting.wording import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sarv_sync.model.plan import FieldChange
    from sarv_sync.model.state import ChangeEnd, PastChange, PastRun
    from sarv_sync.reporting.style import Role, Style

_INDENT = " " * 6
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?Z")
_COMMIT = re.compile(r"([0-9a-f]{12})[0-9a-f]{28,52}(-dirty)?")
_LONGEST = 40
_LEAST_OF_ID = 8

END_WORDS: dict[ChangeEnd, str] = {
    "planned": "not known to be made",
    "applied": "",
    "failed": "failed",
    "unknown": "may have been made",
    "not_attempted": "not attempted",
}


def moment(text: str) -> str:
    """Return a time of the state, which is UTC, as people write one."""
    match = _ISO.fullmatch(text)
    return f"{match[1]} {match[2]}" if match else short(text, _LONGEST)


def commit_words(commit: str | None) -> str:
    """Return a commit, cut to what tells it from others; empty for none."""
    if commit is None:
        return ""
    match = _COMMIT.fullmatch(commit)
    return match[1] + (match[2] or "") if match else short(commit, _LONGEST)


def short_ids(runs: Iterable[PastRun]) -> dict[str, str]:
    """Return what to call each run, by its id: as much of it as tells it from all others."""
    ids = sorted({run.id for run in runs})
    shortened = {}
    for before, here, after in zip(["", *ids], ids, [*ids[1:], ""], strict=False):
        length = max(_LEAST_OF_ID, _alike(before, here) + 1, _alike(here, after) + 1)
        shortened[here] = short(here[:length], _LONGEST)
    return shortened


def _alike(one: str, other: str) -> int:
    """Return how many characters two texts begin with in common."""
    pairs = zip(one, other, strict=False)
    return next((index for index, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))


def past_change_lines(change: PastChange, identity: Sequence[str], rest: Sequence[str], style: Style) -> list[str]:
    """Return one change: `identity` after its symbol, then `rest` and how it ended, its values below."""
    symbol, role = SYMBOLS[change.action]
    end = END_WORDS[change.end]
    notes = [*rest, f"was {printable(change.was)}" if change.was else ""]
    lines = entry_lines(style, symbol, role, identity, notes)
    if end:
        lines = _with_end(lines, end, style)
    return lines + value_lines(change.fields, style)


def _with_end(lines: list[str], end: str, style: Style) -> list[str]:
    """Put how a change ended below it: that it was not made is what must not be read past."""
    role: Role = "trouble"
    return [*lines, _INDENT + style.paint(role, end)]


def value_lines(fields: Sequence[FieldChange], style: Style) -> list[str]:
    """Return values before and after; those of a user that was made, which had none before, beside one another."""
    new = [one for one in fields if one.before is None]
    lines = change_lines(field_rows([one for one in fields if one.before is not None]), style)
    if new:
        texts = [printable(words(one.after)) for one in new]
        named = [
            text if one.field == "status" else f"{one.field} {text}" for one, text in zip(new, texts, strict=True)
        ]
        parts = [_INDENT + named[0], *named[1:]]
        lines += flowed(parts, [cells(part) for part in parts], style.room, _INDENT)
    return lines
