"""Another process that reads files, and the thread that talks to it."""

from __future__ import annotations

import json
import marshal
import os
import subprocess
import sys
from threading import Thread

from sarv_sync.model.child_environment import without_secrets

_START = """\
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from sarv_sync.config.reading_process import main
main()
"""
"""Modules are found where this process finds them, and nowhere else: not in the folder that it stands in."""


class OtherProcess:
    """A process that is given `texts` and reads them meanwhile."""

    def __init__(self, texts: list[str]) -> None:
        self._packed: list[bytes] = []
        self._thread = Thread(target=self._read, args=(texts,), daemon=True)
        self._thread.start()

    def result(self) -> list[bytes]:
        """Wait for what the process returns, see `reading_process`; nothing if it failed."""
        self._thread.join()
        return self._packed

    def _read(self, texts: list[str]) -> None:
        command = [sys.executable, "-I", "-c", _START, json.dumps(sys.path)]
        try:
            done = subprocess.run(  # noqa: S603 - this very program
                command, input=marshal.dumps(texts), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env=without_secrets(os.environ), check=True,
            )  # fmt: skip
            self._packed = marshal.loads(done.stdout)  # noqa: S302 - of our own process
        except (OSError, subprocess.SubprocessError, ValueError, EOFError, TypeError):
            self._packed = []
