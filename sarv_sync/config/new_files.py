"""Writing new files into a folder: all of them, or none; what is there already stays as it is."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.errors import Refused, SarvSyncError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def write_new(folder: Path, shown: str, files: Mapping[str, str], check: Callable[[], None]) -> None:
    """Write `files`, by their paths from `folder`, the first of them last; then `check` them where they are.

    `shown` is the folder as the user typed it. Raises `Refused` if one of the files is there already or a folder of
    them leads elsewhere, `SarvSyncError` if one cannot be written, and what `check` raises: then none of them stays.
    A crash leaves no first file without the others.
    """
    there = [name for name in files if os.path.lexists(folder / name)]
    if there:
        raise _exists(Path(shown, there[0]), len(there) - 1)
    made = _Made()
    try:
        for name, text in reversed([*files.items()]):
            made.folder(folder / name)
            _stay_inside(folder, name, shown)
            made.file(folder / name, text, Path(shown, name))
        check()
    except BaseException:
        made.undo()
        raise


class _Made:
    """Files and folders that were made, so that they can be unmade."""

    def __init__(self) -> None:
        self._files: list[Path] = []
        self._folders: list[Path] = []

    def folder(self, path: Path) -> None:
        """Make the folders that `path` needs."""
        missing = [parent for parent in path.parents if not os.path.lexists(parent)]
        for parent in reversed(missing):
            try:
                parent.mkdir()
            except OSError as error:
                raise _failed(parent, error) from None
            self._folders.append(parent)

    def file(self, path: Path, text: str, shown: Path) -> None:
        """Write a file that is not there yet, not even as a link."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            descriptor = os.open(path, flags, 0o666)
            self._files.append(path)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(text.encode())
                stream.flush()
                os.fsync(stream.fileno())
        except FileExistsError:
            raise _exists(shown) from None
        except OSError as error:
            raise _failed(shown, error) from None

    def undo(self) -> None:
        """Remove what was made."""
        for path in reversed(self._files):
            with suppress(OSError):
                path.unlink()
        for path in reversed(self._folders):
            with suppress(OSError):
                path.rmdir()


def _stay_inside(folder: Path, name: str, shown: str) -> None:
    real = Path(os.path.realpath((folder / name).parent))
    if not real.is_relative_to(os.path.realpath(folder)):
        raise Refused(
            f"{Path(shown, name).parent} is a link that leads outside {shown}, so nothing was written",
            "name another folder with --out",
        )


def _exists(path: Path, others: int = 0) -> Refused:
    more = f", and so do {others} more of the files" if others > 1 else ", and so does another" if others else ""
    return Refused(
        f"{path} exists already{more}, so nothing was written",
        "name a new folder or file with --out: nothing is ever overwritten",
    )


def _failed(path: Path, error: OSError) -> SarvSyncError:
    return SarvSyncError(
        f"cannot write {path}: {error.strerror or type(error).__name__}",
        "nothing was written; check the folder, its permissions and free space",
    )
