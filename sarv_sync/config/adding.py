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
from sarv_sync.config.nodes import Map
from sarv_sync.config.reader import read
from sarv_sync.config.replacing_files import FileEdit, content_of, real_path, write
from sarv_sync.errors import InputError, Refused
from sarv_sync.model.users import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.export import ExportedUser
    from sarv_sync.model.users import DesiredUser

_NOWHERE = Source("", 0, 0)
_BY_HAND = "nothing was written; add them by hand: `sarv-sync export` prints the entries"


def add_users(path: str, cwd: Path, users: Sequence[ExportedUser]) -> None:
    """Add `users` to the main file at `path` (as the user typed it, relative to `cwd`).

    Nothing else in it changes, not a byte. Raises `InputError` for a file that has errors, `Refused` for one that
    cannot be added to so, and `SarvSyncError` if it cannot be written; then it is as it was before.
    """
    main = Path(os.path.normpath(cwd / path))
    name = display(main, cwd)
    content = content_of(real_path(main, name), name)
    before = load(path, cwd, {main: content})
    added = insert(content, Addition(users, _defaults(content)))
    _check(path, cwd, added, before, users)
    write([FileEdit(main, name, content, added)])


def _defaults(content: bytes) -> Map:
    data = read(decoded(content, ""))
    defaults = data.get("defaults") if isinstance(data, Map) else None
    return defaults if isinstance(defaults, Map) else Map()


def _check(path: str, cwd: Path, added: bytes, before: Configuration, users: Sequence[ExportedUser]) -> None:
    """Raise `Refused` unless a main file that holds `added` says what it said before, and has `users`."""
    try:
        after = load(path, cwd, {Path(os.path.normpath(cwd / path)): added})
    except InputError as wrong:
        first = wrong.faults[0]
        raise Refused(f"the users cannot be added to {before.file}: {first.message}", _BY_HAND) from None
    names = {user.name for user in users}
    rest = replace(after, users={name: user for name, user in after.users.items() if name not in names})
    if _said(rest) != _said(before) or not all(_is_there(user, after.users.get(user.name)) for user in users):
        raise Refused(f"the users cannot be added to {before.file} without changing what it says", _BY_HAND)


def _is_there(user: ExportedUser, entry: DesiredUser | None) -> bool:
    wanted = replace(user.settings, total_limit=user.limit("total_limit"), hourly_limit=user.limit("hourly_limit"))
    if entry is None or (entry.smtp_user_name, entry.password.alternate_pin) != (user.smtp_user_name, user.alternate):
        return False
    return entry.settings == wanted


def _said(configuration: Configuration) -> Configuration:
    """Return what the files say, wherever in them they say it."""
    users = configuration.users.items()
    nowhere = (_NOWHERE, _NOWHERE, _NOWHERE)
    return replace(
        configuration,
        account=replace(configuration.account, endpoint_source=None),
        users={name: replace(user, source=_NOWHERE, field_sources=nowhere) for name, user in users},
        removed={name: replace(entry, source=_NOWHERE) for name, entry in configuration.removed.items()},
        budgets=tuple(replace(budget, source=_NOWHERE) for budget in configuration.budgets),
        required_labels=tuple(replace(label, source=_NOWHERE) for label in configuration.required_labels),
        warnings=(),
    )
