"""Adding users to a main file on the disk: all of them, or nothing.

What the file would say is read back before it takes the old one's place, and has to be what it said, and the added
users. A crash leaves the old file or the new one.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.config.disk import decoded, display
from sarv_sync.config.insertion import Addition, insert
from sarv_sync.config.load import load
from sarv_sync.config.nodes import Map
from sarv_sync.config.reader import read
from sarv_sync.errors import InputError, Refused, SarvSyncError
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
    real = _real_path(main, name)
    try:
        content = real.read_bytes()
    except OSError as error:
        raise _failed("read", name, error) from None
    before = load(path, cwd, {main: content})
    added = insert(content, Addition(users, _defaults(content)))
    _check(path, cwd, added, before, users)
    try:
        _replace(real, content, added, name)
    except OSError as error:
        raise _failed("write", name, error) from None


def _real_path(main: Path, name: str) -> Path:
    """Return the file itself, so that a link to it stays one. A link out of the folder could lead anywhere."""
    real = Path(os.path.realpath(main))
    if not real.is_relative_to(os.path.realpath(main.parent)):
        raise Refused(
            f"{name} is a link that leads outside its folder, so nothing was written",
            "name the file itself with --config",
        )
    return real


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
        warnings=(),
    )


def _replace(real: Path, content: bytes, added: bytes, name: str) -> None:
    """Let the file hold `added` instead of `content`. Others see the one or the other, and never half of it."""
    descriptor, temporary = tempfile.mkstemp(prefix=f".{real.name}.", suffix=".tmp", dir=real.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            os.fchmod(stream.fileno(), real.stat().st_mode & 0o7777)
            stream.write(added)
            stream.flush()
            os.fsync(stream.fileno())
        if real.read_bytes() != content:
            raise Refused(f"{name} was changed meanwhile, so nothing was written", "run the command again")
        Path(temporary).replace(real)
    finally:
        with suppress(FileNotFoundError):
            Path(temporary).unlink()
    with suppress(OSError):  # the file is there; at worst a power cut brings the old one back
        _sync(real.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _failed(verb: str, name: str, error: OSError) -> SarvSyncError:
    return SarvSyncError(
        f"cannot {verb} {name}: {error.strerror or type(error).__name__}",
        "it is as it was before; check the folder, its permissions and free space",
    )
