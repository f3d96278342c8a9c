"""Files below the main file's folder, written so that nobody can lead them elsewhere.

Each folder on the way is opened in the one before it, and no link is followed: one that is put there meanwhile leads
nowhere. A new file is whole on the disk before it takes the name of the old one, so a crash leaves the one or the
other. What somebody else wrote is not replaced: a path can be that of the state, or of the files that are applied.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import ExitStack, contextmanager, suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from sarv_sync.errors import SinkError
from sarv_sync.sinks.draft import draft
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_MOST = 1 << 20


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one sink below `root`. Paths are relative to it, and come from `FilePath`.

    What is `private` can be read by its owner alone, and so can folders that are made for it. `mark` is the line that
    each of these files begins with. A file that is there without it is somebody else's; with no mark, none is.
    """

    root: Path
    private: bool = True
    mark: bytes | None = None

    def write(self, path: str, data: bytes) -> None:
        """Replace the file by one that holds `data`, and make the folders that are missing. Raises `SinkError`."""
        with _failing_as(f"cannot write {path}"), self._nearest(path, make=True) as (folder, name):
            self._refuse_unless_ours(path, folder, name)
            with draft(folder, name) as (descriptor, own):
                _fill(descriptor, data)
                # The mode is set last: until then the file is its owner's alone.
                os.fchmod(descriptor, 0o600 if self.private else 0o644)
                os.fsync(descriptor)
                os.rename(own, name, src_dir_fd=folder, dst_dir_fd=folder)
            os.fsync(folder)

    def check(self, path: str) -> None:
        """Prove that the file can be written: make a draft where it would be, and delete that. Raises `SinkError`."""
        with _failing_as(f"cannot write {path}"), self._nearest(path) as (folder, name):
            self._refuse_unless_ours(path, folder, name)
            with draft(folder, name):
                pass

    def read(self, path: str) -> bytes | None:
        """Return the file, or its first MiB; None if there is none. Raises `SinkError`."""
        with _failing_as(f"cannot read {path}"), self._nearest(path) as (folder, name):
            return _contents(folder, name)

    def ours(self, data: bytes) -> bool:
        """Say whether `data`, which a file holds, has the mark. People may have put comments above it."""
        if self.mark is None:
            return True
        for line in filter(None, map(bytes.strip, data.splitlines())):
            if line == self.mark or not line.startswith(b"#"):
                return line == self.mark
        return False

    def _refuse_unless_ours(self, path: str, folder: int, name: str) -> None:
        """Raise `SinkError` if the file is there and is somebody else's. An empty one is nobody's."""
        data = _contents(folder, name)
        if data and not self.ours(data):
            raise SinkError(
                f"cannot write {path}: what is there is not a file of this sink",
                "move it away, or choose another path",
            )

    @contextmanager
    def _nearest(self, path: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
        """Yield the folder that the file belongs in, as a descriptor, and the file's name.

        Where a folder is missing that is not to be made, yield the one that it would be in, and its name.
        """
        *folders, name = PurePosixPath(path).parts
        with ExitStack() as stack:
            folder = os.open(self.root, _FOLDER)
            stack.callback(os.close, folder)
            for part in folders:
                try:
                    inner = self._entered(folder, part, make=make)
                except FileNotFoundError:
                    if make:
                        raise
                    name = part
                    break
                stack.callback(os.close, inner)
                folder = inner
            yield folder, name

    def _entered(self, folder: int, name: str, *, make: bool) -> int:
        if make:
            with suppress(FileExistsError):
                os.mkdir(name, 0o700 if self.private else 0o755, dir_fd=folder)
                os.fsync(folder)
        try:
            return os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
        except FileNotFoundError:
            raise
        except OSError as error:
            reason = "it is a symbolic link" if _is_link(folder, name) else error.strerror
            raise OSError(error.errno, f"{name}: {reason}") from None


@contextmanager
def _failing_as(message: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        hint = "check the folder, what is in the way, permissions and free space"
        raise SinkError(f"{message}: {reason}", hint) from None


def _contents(folder: int, name: str) -> bytes | None:
    """Return the file, or its first MiB; None if there is none. Raises `OSError`."""
    if not _refuse_unless_file(folder, name):
        return None
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(name, flags, dir_fd=folder), "rb") as file:
        return file.read(_MOST)


def _refuse_unless_file(folder: int, name: str) -> bool:
    """Return whether the file is there. Raises `OSError` if that is no file."""
    try:
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISLNK(mode):
        raise OSError(errno.ELOOP, f"{name}: it is a symbolic link")
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, f"{name}: it is not a file")
    return True


def _is_link(folder: int, name: str) -> bool:
    return stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)


def _fill(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
