"""The file that is about to take the place of another, in the same folder."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = ".sarv-sync."
"""What a draft's name has before that of its target: what git ignores by a folder or an ending, it ignores too."""

_PATIENCE = 10.0
_PAUSE = 0.005


@contextmanager
def draft(folder: int, name: str) -> Iterator[tuple[int, str]]:
    """Yield a new, empty file for the target `name`, its descriptor and its name; nobody else may read it.

    It is gone afterwards, unless it was renamed. `folder` is a descriptor. The file is always a new one: somebody
    could have an older one open. One that a killed run left behind is deleted; who finds the file of a living run,
    which has it locked, waits. Raises `OSError`.
    """
    own = PREFIX + name
    descriptor = _claimed(folder, own)
    try:
        yield descriptor, own
    finally:
        if _is_at(folder, own, descriptor):
            os.unlink(own, dir_fd=folder)
        os.close(descriptor)


def _claimed(folder: int, own: str) -> int:
    end = time.monotonic() + _PATIENCE
    while True:
        descriptor = _made(folder, own)
        if descriptor is not None:
            return descriptor
        if time.monotonic() > end:
            raise OSError(errno.EBUSY, f"another process has been writing it for {_PATIENCE:g} s")
        time.sleep(_PAUSE)


def _made(folder: int, own: str) -> int | None:
    """Return the new file, locked; None if there is one, or if somebody took it for one that was left behind."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(own, flags, 0o600, dir_fd=folder)
    except FileExistsError:
        _delete_left_behind(folder, own)
        return None
    if _locked(descriptor) and _is_at(folder, own, descriptor):
        return descriptor
    os.close(descriptor)
    return None


def _delete_left_behind(folder: int, own: str) -> None:
    try:
        descriptor = os.open(own, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise OSError(error.errno, f"{own} is in the way: {error.strerror}") from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EEXIST, f"{own} is in the way, and is no file")
        # Whoever makes one lets go of it unless it gets the lock, so what is locked here is nobody's.
        if _locked(descriptor) and _is_at(folder, own, descriptor):
            os.unlink(own, dir_fd=folder)
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(folder: int, own: str, descriptor: int) -> bool:
    try:
        there = os.stat(own, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(descriptor), there)
