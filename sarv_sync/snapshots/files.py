"""Files of snapshots: the document for others to read, the private key for nobody."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from sarv_sync.errors import InputError, SarvSyncError
from sarv_sync.signing.ed25519 import new_key, public_key_of

_PRIVATE = 0o600
_READABLE = 0o644


def make_key(path: Path) -> str:
    """Make a pair of keys, write the private one into the new file `path`, and return the public one."""
    key = new_key()
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, _PRIVATE)
    except FileExistsError:
        hint = "name a file that does not exist: a key that is in use is not overwritten"
        raise InputError(f"{path} exists, so no key was made", hint) from None
    except (OSError, ValueError) as error:
        raise _failed("write", path, error) from None
    try:
        _fill(descriptor, f"{key.reveal()}\n".encode())
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise _failed("write", path, error) from None
    return public_key_of(key)


def save(path: Path, text: str) -> None:
    """Let the file `path` hold `text`: others see what it held before or all of it. Raises `SarvSyncError`."""
    real = Path(os.path.realpath(path))  # a link stays one
    try:
        if real.exists() and not real.is_file():
            raise InputError(f"{path} is no file", "name a file, or leave out --out to have it on standard output")
        descriptor, temporary = tempfile.mkstemp(prefix=f".{real.name}.", suffix=".tmp", dir=real.parent)
    except (OSError, ValueError) as error:
        raise _failed("write", path, error) from None
    try:
        os.fchmod(descriptor, _READABLE)
        _fill(descriptor, text.encode())
        Path(temporary).replace(real)
    except OSError as error:
        with suppress(OSError):
            Path(temporary).unlink()
        raise _failed("write", path, error) from None


def _fill(descriptor: int, data: bytes) -> None:
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _failed(verb: str, path: Path, error: OSError | ValueError) -> SarvSyncError:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return SarvSyncError(f"cannot {verb} {path}: {reason}", "check the folder, its permissions and free space")
