"""Adding users to several files on the disk, each to its own: all of them, or nothing."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.config.adding import BY_HAND, said
from sarv_sync.config.disk import display
from sarv_sync.config.insertion import Addition, insert
from sarv_sync.config.load import load
from sarv_sync.config.meant import is_entry
from sarv_sync.config.opened_files import open_files
from sarv_sync.config.replacing_files import FileEdit, write
from sarv_sync.config.shared_values import main_map
from sarv_sync.errors import Fault, InputError, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sarv_sync.config.opened_files import OpenedFiles
    from sarv_sync.model.export import ExportedUser


def add_to_files(path: str, cwd: Path, groups: Mapping[str | None, Sequence[ExportedUser]]) -> None:
    """Add users to the main file at `path` (as the user typed it, relative to `cwd`), or to files it includes.

    `groups` has them by the file they go into, as its path from the folder of the main file; None is the main file.
    Nothing else in the files changes, not a byte. Raises as `config.adding.add_users` does, and `InputError` for a
    file that is not included.
    """
    files = open_files(path, cwd)
    places = _places(path, cwd, groups, files)
    defaults = main_map(next(iter(files.contents.values()))).get("defaults") or {}
    edits = []
    for part, users in groups.items():
        place = places[part]
        before = files.contents[place]
        edits.append(FileEdit(place, display(place, cwd), before, insert(before, Addition(users, defaults))))
    _check(path, cwd, files, edits, [user for users in groups.values() for user in users])
    write(edits)


def _places(path: str, cwd: Path, parts: Iterable[str | None], files: OpenedFiles) -> dict[str | None, Path]:
    """Return where each of `parts` is. Raises `InputError` with those that are no files of the configuration."""
    main = Path(os.path.normpath(cwd / path))
    places = {part: main if part is None else Path(os.path.normpath(main.parent / part)) for part in parts}
    missing = [display(place, cwd) for place in places.values() if place not in files.contents]
    if missing:
        message = f"is none of the files of {files.configuration.file}, so nothing was written"
        hint = "write it first, with `users: {}` in it, and let `include` name it"
        faults = tuple(Fault(f"{one} {message}", hint) for one in missing)
        raise InputError("a file to add to is missing", faults=faults)
    return places


def _check(
    path: str, cwd: Path, files: OpenedFiles, edits: Sequence[FileEdit], users: Sequence[ExportedUser]
) -> None:
    """Raise `Refused` unless the files, with `edits` made, say what they said before, and have `users`."""
    where = " and ".join(edit.name for edit in edits)
    try:
        after = load(path, cwd, files.contents | {edit.path: edit.after for edit in edits})
    except InputError as wrong:
        first = wrong.faults[0]
        raise Refused(f"the users cannot be added to {where}: {first.message}", BY_HAND) from None
    names = {user.name for user in users}
    rest = replace(after, users={name: user for name, user in after.users.items() if name not in names})
    there = all(is_entry(user, after.users.get(user.name)) for user in users)
    if not there or said(rest) != said(files.configuration):
        raise Refused(f"the users cannot be added to {where} without changing what the files say", BY_HAND)
