"""The files by which a step hands on its outputs and its summary.

The runner names them in `GITHUB_OUTPUT` and `GITHUB_STEP_SUMMARY`. Nothing here writes to the files of `GITHUB_ENV`
and `GITHUB_PATH`: those change what the steps after this one run.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from sarv_sync.errors import InputError
from sarv_sync.model.github_texts import SUMMARY_MAX

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile("[a-z][a-z0-9-]*")
_HINT = "the runner makes this file for every step: run this as a step of a job, and leave the variable as it is"


def write_outputs(path: Path | str, outputs: Mapping[str, str]) -> None:
    """Append `outputs` to the file that `GITHUB_OUTPUT` names. Raises `InputError` where that cannot be done."""
    _append("GITHUB_OUTPUT", path, "".join(_entry(name, value) for name, value in outputs.items()))


def append_summary(path: Path | str, text: str) -> bool:
    """Append `text`, Markdown, to the file that `GITHUB_STEP_SUMMARY` names, and say whether it had room for it.

    Raises `InputError` where the file cannot be written.
    """
    if len(_encoded(text)) > room(path):
        return False
    _append("GITHUB_STEP_SUMMARY", path, text)
    return True


def room(path: Path | str) -> int:
    """Return how many bytes of UTF-8 the summary at `path` still has room for."""
    try:
        size = Path(path).lstat().st_size
    except (OSError, ValueError):
        size = 0
    return max(0, SUMMARY_MAX - size - 2)  # two for the line ends around what is added


def _entry(name: str, value: str) -> str:
    """Return `value` in the form for any number of lines, ended by a line that it cannot hold."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of an output")
    delimiter = _delimiter()
    while delimiter in name or delimiter in value:
        delimiter = _delimiter()
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"


def _delimiter() -> str:
    return f"ghadelimiter_{uuid4()}"


def _append(variable: str, path: Path | str, text: str) -> None:
    reason = _write(path, text if text.endswith("\n") else f"{text}\n") if text else ""
    if reason:
        raise InputError(f"the file that {variable} names cannot be written: {reason}", _HINT)


def _write(path: Path | str, text: str) -> str:
    """Write `text` in one piece at the end of the file, on a line of its own; return what went wrong."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        handle = os.open(path, flags, 0o600)
        try:
            return _put(handle, _encoded(text))
        finally:
            os.close(handle)
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or "its name is not valid"


def _put(handle: int, content: bytes) -> str:
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode):
        return "it is not a file"
    if about.st_size and os.pread(handle, 1, about.st_size - 1) != b"\n":
        content = b"\n" + content
    return "" if os.write(handle, content) == len(content) else "the disk is full"


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
