"""Another process that reads files."""

from __future__ import annotations

import json
import marshal
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from typing import IO

from sarv_sync.model.child_environment import without_secrets

_START = """\
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from sarv_sync.config.reading_process import main
main()
"""
"""Modules are found where this process finds them, and nowhere else: not in the folder that it stands in."""


class OtherProcess:
    """A process that is given `texts` and reads them meanwhile.

    Both directions are files in memory: a pipe holds little, and a thread that filled it would wait for this process
    again and again, as long as that is busy.
    """

    def __init__(self, texts: list[str]) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] | None = None
        with suppress(OSError, ValueError):
            self._output = _file()
            self._process = _started(texts, self._output)

    def result(self) -> list[bytes]:
        """Wait for what the process returns, see `reading_process`; nothing if it failed."""
        if self._output is None:
            return []
        with self._output as output:
            return _loaded(output) if self._process is not None and self._process.wait() == 0 else []


def _started(texts: list[str], output: IO[bytes]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-I", "-c", _START, json.dumps(sys.path)]
    with _file() as given:
        marshal.dump(texts, given)
        given.seek(0)
        return subprocess.Popen(  # noqa: S603 - this very program
            command, stdin=given, stdout=output, stderr=subprocess.DEVNULL, env=without_secrets(os.environ)
        )


def _loaded(output: IO[bytes]) -> list[bytes]:
    output.seek(0)
    try:
        packed = marshal.load(output)  # noqa: S302 - of our own process
    except (OSError, ValueError, EOFError, TypeError):
        return []
    return packed if isinstance(packed, list) else []


def _file() -> IO[bytes]:
    """Return a file without a name, in memory where the system has such files."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("sarv-sync"), "w+b")
    return tempfile.TemporaryFile()
