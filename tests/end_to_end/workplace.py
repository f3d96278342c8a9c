"""A folder to run the real program in, and what it said there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

OWNER = "10042"
TOKEN = "c4nary-t0ken+/äß%"
"""Has what every encoding changes, so that a leak in any form is a different text."""

HEAD = """\
version: 1
account: {owner_id: "10042", settle: 400ms, retry_for: 0s}
defaults: {total_limit: 1000, hourly_limit: 100}
"""

_KEPT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended."""

    code: int
    raw_out: bytes
    raw_err: bytes

    @property
    def out(self) -> str:
        return self.raw_out.decode("utf-8")

    @property
    def err(self) -> str:
        return self.raw_err.decode("utf-8")

    @property
    def said(self) -> str:
        return self.out + self.err

    @property
    def json(self) -> dict[str, Any]:
        """The JSON object that standard output is; fails if it is anything else, or more."""
        document = json.loads(self.out)
        assert isinstance(document, dict)
        return document

    @property
    def flat(self) -> str:
        """Everything that was said, with line breaks and indents as single spaces."""
        return " ".join(self.said.split())


@dataclass(slots=True)
class Workplace:
    """`environment` is all the program gets; `heard` is all it ever said here, for those who look for leaks."""

    path: Path
    environment: dict[str, str] = field(default_factory=dict)
    heard: list[bytes] = field(default_factory=list)

    def run(self, *arguments: str, **changed: Any) -> Ended:
        """Run the program to its end, with `stdin` as its input and in the folder `cwd`, if they are given.

        The words `before` stand before the command: another program that runs it. It is given `timeout` seconds, 60
        unless told. All other keywords are environment variables to set, or (None) to take away.
        """
        stdin, cwd, timeout = changed.pop("stdin", b""), changed.pop("cwd", self.path), changed.pop("timeout", 60)
        before: list[str] = changed.pop("before", [])
        done = subprocess.run(
            [*before, *command(*arguments)],
            input=stdin,
            capture_output=True,
            check=False,
            cwd=cwd,
            env=self._environment(changed),
            timeout=timeout,
        )
        self.heard += [done.stdout, done.stderr]
        return Ended(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
        """Start the program and return at once. It has no input, and pipes for output, unless `options` say else."""
        standard: dict[str, Any] = {
            "stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "cwd": self.path,
            "env": self._environment({}),
        }  # fmt: skip
        return subprocess.Popen(command(*arguments), **{**standard, **options})

    def apply(self, *arguments: str) -> Ended:
        """Apply without asking."""
        return self.run("apply", "--auto-approve", *arguments)

    def write(self, text: str, name: str = "sarv-sync.yaml") -> Path:
        """Write a file as it is."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def users(self, users: str, head: str = HEAD) -> None:
        """Write the main file: `head`, then `users`, lines of the form `name: {…}`."""
        lines = "".join(f"  {line}\n" for line in users.splitlines())
        self.write(head + ("users:\n" + lines if lines else ""))

    def state(self) -> dict[str, Any]:
        """Return the state document."""
        document: dict[str, Any] = json.loads((self.path / "sarv-sync.state.json").read_text(encoding="utf-8"))
        return document

    def files(self) -> dict[str, bytes]:
        """Return every file below the folder, by its path."""
        found = sorted(path for path in self.path.rglob("*") if path.is_file())
        return {path.relative_to(self.path).as_posix(): path.read_bytes() for path in found}

    def _environment(self, changed: dict[str, str | None]) -> dict[str, str]:
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        wanted: dict[str, str | None] = {**kept, "HOME": str(self.path), "LANG": "C.UTF-8", **self.environment}
        return {name: value for name, value in {**wanted, **changed}.items() if value is not None}


def command(*arguments: str) -> list[str]:
    """Return the command line that runs the program."""
    return [sys.executable, "-m", "sarv_sync", *arguments]
