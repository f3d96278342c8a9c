"""The state in a file on this machine.

Two other files lie beside it: `….lock`, which is locked (flock) while somebody works with the state, and `….tmp`,
the next document until it takes the place of the last one. A crash leaves the old document or the new one.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sarv_sync.errors import StateError, SwapLost
from sarv_sync.state.interface import Stored

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PRIVATE = 0o600


class LocalStore:
    """A document at `path`. One instance belongs to one thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock_path = path.with_name(path.name + ".lock")
        self._temporary = path.with_name(path.name + ".tmp")
        self._present = False

    def read(self) -> Stored | None:
        """Return the document, or None if there is no file."""
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._failed("read", error) from None
        return Stored(data, _version(data))

    def swap(self, expected: str | None, data: bytes) -> str:
        """Replace the file by `data` if it still is version `expected`."""
        try:
            if self._present:
                self._replace(expected, data)
            else:
                with self._locked():
                    self._replace(expected, data)
        except OSError as error:
            raise self._failed("write", error) from None
        return _version(data)

    @contextmanager
    def presence(self) -> Iterator[bool | None]:
        """Hold the lock file's flock: the kernel lets go of it when the process ends."""
        try:
            descriptor = self._open_lock()
        except OSError as error:
            raise self._failed("lock", error) from None
        alone = False
        try:
            alone = self._try_lock(descriptor)
            self._present = self._present or alone
            yield alone
        finally:
            self._present = self._present and not alone
            os.close(descriptor)

    def describe(self) -> str:
        """Return the path."""
        return str(self._path)

    def _replace(self, expected: str | None, data: bytes) -> None:
        current = self.read()
        if (current.version if current else None) != expected:
            raise SwapLost(
                f"{self._path} was changed by somebody else while this run was at work",
                "run the command again; it starts from the state as it is now",
            )
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(self._temporary, flags, _PRIVATE)
        try:
            os.fchmod(descriptor, _PRIVATE)  # a file that was there already may have been anybody's
            _write_all(descriptor, data)
            # The order is the guarantee: the new document is whole on disk before it takes the old one's name,
            # and the folder is synced before anyone is told that it has.
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        self._temporary.replace(self._path)
        try:
            _sync_folder(self._path.parent)
        except OSError as error:
            message = f"the state {self._path} was written, but may not survive a power cut: {_reason(error)}"
            raise StateError(message, "check the disk, then run the command again") from None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = self._open_lock()
        try:
            for _ in range(40):
                if self._try_lock(descriptor):
                    break
                time.sleep(0.05)
            else:
                raise SwapLost(f"{self._path} is in use by another run", "wait for it to end, then try again")
            yield
        finally:
            os.close(descriptor)

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


def _version(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
