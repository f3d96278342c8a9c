"""The state in a file on this machine.

Two other files lie beside it: `….lock`, which is locked (flock) for as long as somebody works with the state and has
a note of what was last written here, and `….tmp`, the next document until it takes the place of the last one. A crash
leaves the old document or the new one.

Who may swap is decided by a short lock of its own, on the next document: a run that hangs keeps nobody from taking
the state over.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import stat
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from sarv_sync.errors import StateError
from sarv_sync.model.backends import DOCUMENTS
from sarv_sync.state.interface import Stored, lost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sarv_sync.state.interface import Site

DEFAULT_PATH = DOCUMENTS["local"].default

_PRIVATE = 0o600
_PATIENCE = 10.0
_FIRST_PAUSE = 0.001
_LONGEST_PAUSE = 0.05
_NOTE_MAX = 4096
_BLOCK = 1 << 20

Got = TypeVar("Got")


def open_local(options: Mapping[str, Any], site: Site) -> LocalStore:
    """Return the file at `path`, relative to the main file's folder."""
    path = site.directory / options.get("path", DEFAULT_PATH)
    # Through a link, to the file itself: replacing a link would leave the real file behind, stale.
    return LocalStore(Path(os.path.realpath(path)))


class LocalStore:
    """A document at `path`. One instance belongs to one thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock_path = path.with_name(path.name + ".lock")
        self._temporary = path.with_name(path.name + ".tmp")

    def read(self) -> Stored | None:
        """Return the document, or None if there is no file."""
        data = self._read(lambda file: file.read())
        return None if data is None else Stored(data, _version(data))

    def version(self) -> str | None:
        """Return the version of the file's bytes."""
        return self._read(_version_of)

    def swap(self, expected: str | None, data: bytes) -> str:
        """Replace the file by `data` if it still is version `expected`."""
        replaced = False
        try:
            with self._next_document() as descriptor:
                self._expect(expected)
                _fill(descriptor, data)
                self._temporary.replace(self._path)
                replaced = True
            _sync_folder(self._path.parent)
        except OSError as error:
            raise (self._in_doubt(error) if replaced else self._failed("write", error)) from None
        return _version(data)

    @contextmanager
    def presence(self) -> Iterator[bool | None]:
        """Hold the lock file's flock: the kernel lets go of it when the process ends."""
        try:
            descriptor = self._open_lock()
        except OSError as error:
            raise self._failed("lock", error) from None
        try:
            yield self._try_lock(descriptor)
        finally:
            os.close(descriptor)

    def recall(self) -> str | None:
        """Return the first line of the lock file."""
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            descriptor = os.open(self._lock_path, flags)
            try:
                data = os.read(descriptor, _NOTE_MAX)
            finally:
                os.close(descriptor)
        except OSError:
            return None
        return data.decode("utf-8", "replace").partition("\n")[0] or None

    def remember(self, note: str) -> None:
        """Write `note` into the lock file, in place: the file that is locked has to stay the same one."""
        data = f"{note}\n".encode()
        with suppress(OSError):
            descriptor = self._open_lock()
            try:
                os.pwrite(descriptor, data, 0)
                os.ftruncate(descriptor, len(data))
            finally:
                os.close(descriptor)

    def describe(self) -> str:
        """Return the path."""
        return str(self._path)

    @contextmanager
    def _next_document(self) -> Iterator[int]:
        """Yield the temporary file, opened and locked, for the length of the context.

        Whoever had it before may have made it the state meanwhile. That file must never be written again, so only
        the one that is locked and still bears the temporary name will do.
        """
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        pause, end = _FIRST_PAUSE, time.monotonic() + _PATIENCE
        while True:
            descriptor = os.open(self._temporary, flags, _PRIVATE)
            try:
                if self._try_lock(descriptor) and self._is_temporary(descriptor):
                    yield descriptor
                    return
            finally:
                os.close(descriptor)
            if time.monotonic() > end:
                raise StateError(
                    f"cannot write the state {self._path}: somebody has been writing it for {_PATIENCE:g} s",
                    "nothing was lost: the file is as it was before; see which process is stuck, then run this again",
                )
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _is_temporary(self, descriptor: int) -> bool:
        try:
            there = self._temporary.lstat()
        except FileNotFoundError:
            return False
        return os.path.samestat(os.fstat(descriptor), there)

    def _expect(self, version: str | None) -> None:
        if self.version() == version:
            return
        with suppress(OSError):
            self._temporary.unlink()
        raise lost(str(self._path))

    def _open_lock(self) -> int:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        return os.open(self._lock_path, flags, _PRIVATE)

    def _try_lock(self, descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:  # a network file system without locks
            raise self._failed("lock", error) from None
        return True

    def _failed(self, verb: str, error: OSError) -> StateError:
        hint = "nothing was lost: the file is as it was before; check the folder, its permissions and free space"
        return StateError(f"cannot {verb} the state {self._path}: {_reason(error)}", hint)

    def _read(self, use: Callable[[BinaryIO], Got]) -> Got | None:
        """Return what `use` makes of the file, None if there is none."""
        try:
            # A pipe would be waited for for ever, and a device has no end.
            descriptor = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            with os.fdopen(descriptor, "rb") as file:
                if _is_file(file.fileno()):
                    return use(file)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._failed("read", error) from None
        raise self._failed("read", OSError(errno.EINVAL, "it is not a file"))

    def _in_doubt(self, error: OSError) -> StateError:
        message = f"the state {self._path} was written, but may not survive a power cut: {_reason(error)}"
        return StateError(message, "check the disk, then run the command again")


def _is_file(descriptor: int) -> bool:
    return stat.S_ISREG(os.fstat(descriptor).st_mode)


def _version(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _version_of(file: BinaryIO) -> str:
    """Return the version of what is left to be read, without having all of it at once."""
    digest = hashlib.sha256()
    while block := file.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _fill(descriptor: int, data: bytes) -> None:
    """Make `data` all that the file holds, on the disk too.

    The order of a swap is its guarantee: the new document is whole on the disk before it takes the old one's name,
    and the folder is synced before anyone is told that it has.
    """
    os.fchmod(descriptor, _PRIVATE)  # a file that was there already may have been anybody's
    os.ftruncate(descriptor, 0)
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
    os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
