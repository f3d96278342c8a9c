"""Adding users to a main file on the disk: all of them, or nothing.

What the file would say is read back before it takes the old one's place, and has to be what it said, and the added
users. A crash leaves the old file or the new one.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.config.disk import decoded, display
from sarv_sync.config.insertion import Addition, insert
from sarv_sync.config.load import load
from sarv_sync.config.meant import is_entry
from sarv_sync.config.nodes import Map
from sarv_sync.config.reader import read
from sarv_sync.config.replacing_files import FileEdit, content_of, real_path, write
from sarv_sync.errors import InputError, Refused
from sarv_sync.model.users import Placed, Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.export import ExportedUser

_NOWHERE = Source("", 0, 0)
BY_HAND = "nothing was written; add them by hand: `sarv-sync export` prints the entries"


def add_users(path: str, cwd: Path, users: Sequence[ExportedUser]) -> None:
    """Add `users` to the main file at `path` (as the user typed it, relative to `cwd`).

    Nothing else in it changes, not a byte. Raises `InputError` for a file that has errors, `Refused` for one that
    cannot be added to so, and `SarvSyncError` if it cannot be written; then it is as it was before.
    """
    write([added(path, cwd, users)])


def added(path: str, cwd: Path, users: Sequence[ExportedUser], edits: Sequence[FileEdit] = ()) -> FileEdit:
    """Return how `add_users` changes the main file, once `edits` are made. Nothing is written; raises likewise."""
    main = Path(os.path.normpath(cwd / path))
    name = display(main, cwd)
    content = content_of(real_path(main, name), name)
    edited = {main: content, **{edit.path: edit.after for edit in edits}}
    before = load(path, cwd, edited)
    after = insert(edited[main], Addition(users, _defaults(edited[main])))
    _check(path, cwd, edited | {main: after}, before, users)
    return FileEdit(main, name, content, after)


def _defaults(content: bytes) -> Map:
    data = read(decoded(content, ""))
    defaults = data.get("defaults") if isinstance(data, Map) else None
    return defaults if isinstance(defaults, Map) else Map()


def _check(
    path: str, cwd: Path, contents: Mapping[Path, bytes], before: Configuration, users: Sequence[ExportedUser]
) -> None:
    """Raise `Refused` unless files with these `contents` say what they said before, and have `users`."""
    try:
        after = load(path, cwd, contents)
    except InputError as wrong:
        first = wrong.faults[0]
        raise Refused(f"the users cannot be added to {before.file}: {first.message}", BY_HAND) from None
    names = {user.name for user in users}
    rest = replace(after, users={name: user for name, user in after.users.items() if name not in names})
    if said(rest) != said(before) or not all(is_entry(user, after.users.get(user.name)) for user in users):
        raise Refused(f"the users cannot be added to {before.file} without changing what it says", BY_HAND)


def said(configuration: Configuration) -> Configuration:
    """Return what the files say, wherever in them they say it."""
    users = configuration.users.items()
    nowhere = Placed(_NOWHERE, (_NOWHERE, _NOWHERE, _NOWHERE))
    return replace(
        configuration,
        account=replace(configuration.account, endpoint_source=None),
        users={name: replace(user, places=nowhere) for name, user in users},
        removed={name: replace(entry, source=_NOWHERE) for name, entry in configuration.removed.items()},
        budgets=tuple(replace(budget, source=_NOWHERE) for budget in configuration.budgets),
        required_labels=tuple(replace(label, source=_NOWHERE) for label in configuration.required_labels),
        warnings=(),
    )
