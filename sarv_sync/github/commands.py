r"""Workflow commands: the lines by which a step speaks to the runner, and text that cannot become one.

The grammar is that of the runner (`ActionCommand.cs`): `::name key=value,key=value::data` in one line, where data
escapes `%`, CR and LF, and the values of properties `:` and `,` as well. There is no escape for an `=` that leads a
value, nor for white space at its ends; what begins or ends so is said in the message. No command here masks, and none
sets anything.
"""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sarv_sync.errors import Fault
from sarv_sync.model.visible import notation, printable, short

if TYPE_CHECKING:
    from collections.abc import Sequence

Level = Literal["error", "warning", "notice"]

ANNOTATIONS_MAX = 10
"""Of each level. A step's further ones are in its log, but not with the others (the runner's
`_maxCountPerIssueType`)."""

MESSAGE_MAX, HINT_MAX = 3000, 1000
"""Characters. Together they stay below what the runner passes on (its `_maxIssueMessageLength`, 4096)."""

TITLE = "sarv-sync"

_TITLE_MAX = 200
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def annotation(level: Level, fault: Fault, workspace: Path, directory: Path, title: str = TITLE) -> str:
    """Return the command that shows `fault` beside the line of its file: its message, under it the hint.

    A relative `fault.file` lies in `directory`. Annotations name files from `workspace` on; one that lies outside, or
    whose name a command cannot carry as it is, is named in the message.
    """
    file = _within(fault.file, workspace, directory)
    properties = {"file": file, **_position(fault)} if file else {}
    place = "" if file else _place(fault)
    return _command(level, {**properties, "title": short(title, _TITLE_MAX)}, _words(place, fault))


def annotation_lines(
    level: Level, faults: Sequence[Fault], workspace: Path, directory: Path, title: str = TITLE
) -> list[str]:
    """Return a command for each of `faults`, ten at most: where there are more, the last says how many."""
    if len(faults) > ANNOTATIONS_MAX:
        shown = ANNOTATIONS_MAX - 1
        more = Fault(f"and {len(faults) - shown} more", "the log of this step shows all of them")
        faults = [*faults[:shown], more]
    return [annotation(level, fault, workspace, directory, title) for fault in faults]


def _command(name: str, properties: dict[str, str], data: str) -> str:
    pairs = ",".join(f"{key}={_value(value)}" for key, value in properties.items() if value)
    return f"::{name}{f' {pairs}' if pairs else ''}::{data.translate(_DATA)}"


def _value(value: str) -> str:
    """Return `value` escaped. Spaces at its ends, and an `=` that leads it, would be lost."""
    value = value.strip()
    return (f"{notation('=')}{value[1:]}" if value.startswith("=") else value).translate(_PROPERTY)


def _position(fault: Fault) -> dict[str, str]:
    """Return line and column: without a line, the runner drops the column."""
    if fault.line is None:
        return {}
    return {"line": str(fault.line), "col": "" if fault.column is None else str(fault.column)}


def _within(file: str | None, workspace: Path, directory: Path) -> str:
    """Return `file` from `workspace` on, "" where it lies outside or cannot be said exactly.

    Of two paths to the same folder, one may lead through a symbolic link. The file itself may be one: it is called
    what the repository calls it.
    """
    if not file or printable(file) != file:
        return ""
    path = directory / file
    paths = [os.path.normpath(path), os.path.normpath(Path(os.path.realpath(path.parent), path.name))]
    roots = [root.rstrip(os.sep) + os.sep for root in (os.path.normpath(workspace), os.path.realpath(workspace))]
    names = [path.removeprefix(root) for root in roots for path in paths if path.startswith(root)]
    return next((name for name in names if _exact(name)), "")


def _exact(name: str) -> bool:
    return printable(name) == name == name.strip() and not name.startswith("=")


def _place(fault: Fault) -> str:
    parts = (fault.file or None, fault.line, fault.column)
    return "".join(f"{part}:" for part in parts if part is not None)


def _words(place: str, fault: Fault) -> str:
    said = f"{place} {fault.message}" if place else fault.message
    hint = f"\n{short(fault.hint, HINT_MAX)}" if fault.hint else ""
    return _first(short(said, MESSAGE_MAX)) + hint


def _first(text: str) -> str:
    """Return `text` without a mark that would join the `::` before it: the runner might no longer see that."""
    if text and unicodedata.category(text[0]).startswith("M"):
        return notation(text[0]) + text[1:]
    return text
