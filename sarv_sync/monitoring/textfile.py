"""Metrics in a file that node_exporter's textfile collector reads."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from sarv_sync.errors import InputError, SarvSyncError

if TYPE_CHECKING:
    from pathlib import Path

    from sarv_sync.monitoring.metrics import Check

_ENDING = ".prom"
_READABLE = 0o644
"""The collector runs as another user. What the umask takes away stays away."""


class Textfile:
    """The file at `path`, replaced as a whole. Raises `InputError` for one that the collector would never read."""

    def __init__(self, path: Path) -> None:
        if path.suffix != _ENDING:
            raise InputError(
                f"--metrics {path}: the name does not end in {_ENDING}",
                f"the textfile collector reads only files that do: write --metrics {path}{_ENDING}",
            )
        self._path = path

    def send(self, check: Check) -> None:
        """Write the metrics of `check`. Raises `SarvSyncError`; then the file is as it was."""
        from sarv_sync.monitoring.exposition import exposition

        data = exposition(check)
        # Hidden, and without the ending: the collector must not read half of it.
        temporary = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}.tmp")
        try:
            try:
                _write(temporary, data)
                temporary.replace(self._path)
            except BaseException:
                with suppress(OSError):
                    temporary.unlink()
                raise
        except OSError as error:
            reason = error.strerror or type(error).__name__
        else:
            return
        raise SarvSyncError(
            f"cannot write the metrics to {self._path}: {reason}",
            "check the folder, its permissions and free space; the check itself was made",
        )


def _write(path: Path, data: bytes) -> None:
    """Write a new file, whole and on the disk before it takes the other's name: an empty one would be an error."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _READABLE), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
