"""Setting single values in the files, so that every other byte of them stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sarv_sync.config.replacing_files import FileEdit, write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["Assignment", "FileEdit", "edited", "write"]


@dataclass(frozen=True, slots=True)
class Assignment:
    """That `key` of the entry `name` of `section` is to be `value`."""

    section: Literal["users", "profiles"]
    name: str
    key: str
    value: int | str


def edited(path: str, cwd: Path, assignments: Sequence[Assignment]) -> tuple[FileEdit, ...]:
    """Return the files that change when `assignments` are made: in the main file at `path`, or one it includes.

    `path` is as the user typed it, relative to `cwd`. Nothing is written. What the files then say is what they said
    before but for `assignments`. Raises `InputError` for files that have errors and for an entry that is nowhere,
    `Refused`, with file and line, where a value cannot be set so.
    """
    raise NotImplementedError
