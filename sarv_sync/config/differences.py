"""What an edit changes in a file, as a unified diff. A line that may hold a secret is in no diff."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

from sarv_sync.config.source_file import may_hold_secret
from sarv_sync.config.text_edits import BOM
from sarv_sync.model.acceptance import FileDifference

if TYPE_CHECKING:
    from sarv_sync.config.replacing_files import FileEdit

_HIDDEN = "(this line is not shown: it may hold a secret)"
_NO_END = "\n\\ No newline at end of file\n"


def difference(edit: FileEdit) -> FileDifference:
    """Return what `edit` changes, with three lines around it. `git apply` takes it, unless a line is hidden."""
    name = edit.name.lstrip("/")
    lines = unified_diff(_lines(edit.before), _lines(edit.after), f"a/{name}", f"b/{name}")
    return FileDifference(
        edit.name, "".join(line if line.endswith(("\n", "\r")) else line + _NO_END for line in lines)
    )


def _lines(content: bytes) -> list[str]:
    text = content.removeprefix(BOM).decode("utf-8")
    return [_hidden(line) if may_hold_secret(line) else line for line in text.splitlines(keepends=True)]


def _hidden(line: str) -> str:
    ending = line[len(line.rstrip("\r\n")) :]
    return f"{_HIDDEN}{ending}"
