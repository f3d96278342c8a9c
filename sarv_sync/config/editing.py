"""Setting single values in the files, so that every other byte of them stays as it is.

The edits are made in the text, not by reading the file and writing it anew. What comes out is read back, and has to
say what the file said before, but for the values that were to be set.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from sarv_sync.config.assigning import BY_HAND, Wanted, assigned, nowhere
from sarv_sync.config.disk import display
from sarv_sync.config.load import load
from sarv_sync.config.opened_files import open_files
from sarv_sync.config.replacing_files import FileEdit, write
from sarv_sync.errors import InputError, Refused
from sarv_sync.model.collector import paused
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sarv_sync.config.opened_files import OpenedFiles

__all__ = ["Assignment", "FileEdit", "edited", "write"]

_THEN = "with the new values in it,"


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
    with paused():
        return _edited(path, cwd, assignments)


def _edited(path: str, cwd: Path, assignments: Sequence[Assignment]) -> tuple[FileEdit, ...]:
    files = open_files(path, cwd)
    names = {display(each, cwd): each for each in files.contents}
    edits = []
    for name, wanted in _by_file(files, assignments).items():
        before = files.contents[names[name]]
        edits.append(FileEdit(names[name], name, before, assigned(before, name, wanted)))
    changed = tuple(edit for edit in edits if edit.after != edit.before)
    if changed:
        _check(path, cwd, files, changed)
    return changed


def _by_file(files: OpenedFiles, assignments: Sequence[Assignment]) -> dict[str, Wanted]:
    """Return what is wanted of each file, by its name, in the order in which the files are read."""
    configuration = files.configuration
    found: dict[str, Wanted] = {file: {} for file in configuration.files}
    for one in assignments:
        file = configuration.file
        if one.section == "users":
            if one.name not in configuration.users:
                raise nowhere("users", one.name, configuration.users, configuration.file)
            file = configuration.users[one.name].source.file
        found[file].setdefault((one.section, one.name), {})[one.key] = one.value
    return {file: wanted for file, wanted in found.items() if wanted}


def _check(path: str, cwd: Path, files: OpenedFiles, edits: Sequence[FileEdit]) -> None:
    """Raise `Refused` if the files would have errors, which an edit of one may cause in another."""
    try:
        load(path, cwd, files.contents | {edit.path: edit.after for edit in edits})
    except InputError as wrong:
        faults = tuple(replace(fault, message=f"{_THEN} {fault.message}", hint=BY_HAND) for fault in wrong.faults)
        raise Refused(faults[0].message, BY_HAND, faults=faults) from None
