"""Giving files new contents: each whole or not at all, and none unless all of them can be given theirs."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.errors import Refused, SarvSyncError
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class FileEdit:
    """A file of the configuration, by its absolute path: what it holds, and what it is to hold.

    `name` is its path as a user would type it.
    """

    path: Path
    name: str
    before: bytes
    after: bytes


def write(edits: Sequence[FileEdit]) -> None:
    """Let each file hold its new content. Others see the old one or the new one, and never half of either.

    A link stays a link to the file; permissions stay. Raises `Refused` if a file no longer holds what it held, and
    `SarvSyncError` if one cannot be written: then all are as they were, unless the message says otherwise.
    """
    with ExitStack() as stack:
        staged = [(edit, real, _stage(stack, edit, real)) for edit in edits for real in [_real(edit)]]
        for edit, real, _ in staged:
            _check(edit, real)
        done: list[str] = []
        for edit, real, temporary in staged:
            try:
                temporary.replace(real)
            except OSError as error:
                raise _failed("write", edit.name, error, done) from None
            done.append(edit.name)
    for _, real, _ in staged:
        with suppress(OSError):  # the file is there; at worst a power cut brings the old one back
            _sync(real.parent)


def real_path(main: Path, name: str) -> Path:
    """Return the main file itself, so that a link to it stays one. A link out of the folder could lead anywhere."""
    real = Path(os.path.realpath(main))
    if not real.is_relative_to(os.path.realpath(main.parent)):
        raise Refused(
            f"{name} is a link that leads outside its folder, so nothing was written",
            "name the file itself with --config",
        )
    return real


def content_of(path: Path, name: str) -> bytes:
    """Return what the file at `path` holds. Raises `SarvSyncError` if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise _failed("read", name, error) from None


def _real(edit: FileEdit) -> Path:
    return Path(os.path.realpath(edit.path))


def _stage(stack: ExitStack, edit: FileEdit, real: Path) -> Path:
    """Write the new content beside the file, to be gone again when `stack` ends."""
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{real.name}.", suffix=".tmp", dir=real.parent)
        stack.callback(Path(temporary).unlink, missing_ok=True)
        with os.fdopen(descriptor, "wb") as stream:
            os.fchmod(stream.fileno(), real.stat().st_mode & 0o7777)
            stream.write(edit.after)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise _failed("write", edit.name, error) from None
    return Path(temporary)


def _check(edit: FileEdit, real: Path) -> None:
    if content_of(real, edit.name) != edit.before:
        raise Refused(f"{edit.name} was changed meanwhile, so nothing was written", "run the command again")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _failed(verb: str, name: str, error: OSError, done: Sequence[str] = ()) -> SarvSyncError:
    hint = "it is as it was before; check the folder, its permissions and free space"
    if done:
        hint += f". Written already: {', '.join(done)}"
    return SarvSyncError(f"cannot {verb} {name}: {error.strerror or type(error).__name__}", hint)
