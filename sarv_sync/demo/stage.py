"""Where the tour takes place: a temporary folder and a sandbox of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.model.child_environment import without_secrets
from sarv_sync.sandbox.defaults import OWNER_ID, TOKEN
from sarv_sync.sandbox.seeding import open_account
from sarv_sync.sandbox.server import Sandbox
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ACCOUNT = "account.sqlite"


@dataclass(frozen=True, slots=True)
class Stage:
    """A folder, the sandbox that serves the account in it, and whether commands are to colour what they print."""

    folder: Path
    sandbox: Sandbox
    color: bool

    @property
    def url(self) -> str:
        """The base URL of the account."""
        return self.sandbox.url

    def run(self, arguments: Sequence[str]) -> tuple[int, str]:
        """Run the program in the folder as a user would; return its exit code and all that it printed."""
        done = subprocess.run(  # noqa: S603 - this very program
            [sys.executable, "-m", "sarv_sync", *arguments, "--color", "always" if self.color else "never"],
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        return done.returncode, done.stdout

    def _environment(self) -> dict[str, str]:
        """Return the caller's environment, without whatever in it is about a real account."""
        ours = {"SARV_ENDPOINT": self.url, "SARV_TOKEN": TOKEN, "PYTHONIOENCODING": "utf-8"}
        return {**without_secrets(os.environ), **ours}


@contextmanager
def stage(*, keep: bool, color: bool) -> Iterator[Stage]:
    """Yield a stage with an empty account. Its folder is gone afterwards, unless it is to be kept."""
    folder = Path(tempfile.mkdtemp(prefix="sarv-sync-demo-"))
    try:
        with (
            _told_to_end(),
            closing(open_account(folder / ACCOUNT, 0, None)) as account,
            Sandbox(account, owner_id=OWNER_ID, token=TOKEN) as sandbox,
        ):
            yield Stage(folder, sandbox, color)
    finally:
        if not keep:
            shutil.rmtree(folder)


@contextmanager
def _told_to_end() -> Iterator[None]:
    """Let SIGTERM end the tour as Ctrl-C does: with everything cleaned up."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
