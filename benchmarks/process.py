"""One command, and what it took."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROGRAM = str(Path(sys.executable).with_name("sarv-sync"))
_LAUNCHER = str(Path(__file__).with_name("launcher.py"))


@dataclass(frozen=True, slots=True)
class Run:
    """What a process took: its wall time in seconds, and its peak memory in bytes.

    `start` is the moment it was started, on the clock of `time.monotonic`.
    """

    start: float
    seconds: float
    peak: int


@dataclass(frozen=True, slots=True)
class Process:
    """A command line and where it runs. It has to end with exit code 0, else `CalledProcessError` is raised."""

    arguments: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, output: str = os.devnull) -> Run:
        """Run it, its output going to the file `output`."""
        command = [sys.executable, "-I", "-S", _LAUNCHER, output, *self.arguments]
        environment = {**os.environ, **self.environment}
        done = subprocess.run(command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, check=True)
        return Run(**json.loads(done.stdout))

    def seconds(self) -> float:
        """Run it and return its wall time."""
        return self.run().seconds

    def output(self) -> str:
        """Run it and return what it printed."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / "output"
            self.run(str(path))
            return path.read_text(encoding="utf-8")
