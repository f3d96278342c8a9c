"""A small disk that the program has its folder on, and nobody else sees."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.end_to_end.workplace import Ended, Workplace, command

_ROOMY = "1m"


class Disk:
    """A tmpfs on the folder `place`, in a mount namespace of its own.

    Whoever is not root gets a user namespace as well. Raises `CalledProcessError` where neither is allowed.
    """

    def __init__(self, place: Path) -> None:
        self._place = place
        self._own_user = ["--user", "--preserve-credentials"] if os.getuid() else []
        mount = 'mount -t tmpfs -o "size=$1" tmpfs "$0" && echo mounted && exec cat'
        unshare = ["unshare", "--mount", *(["--map-root-user"] if os.getuid() else []), "--"]
        self._keeper = subprocess.Popen(
            [*unshare, "sh", "-c", mount, str(place), _ROOMY],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._keeper.stdout is not None
        if self._keeper.stdout.readline() != "mounted\n":
            self._keeper.communicate()
            raise subprocess.CalledProcessError(self._keeper.returncode, "mount")

    @property
    def seen(self) -> Path:
        """The folder, as the rest of the machine can look into it."""
        return Path(f"/proc/{self._keeper.pid}/root{self._place}")

    def run(self, work: Workplace, *arguments: str, out: int = subprocess.PIPE) -> Ended:
        """Run the program there, to its end, with the environment of `work` and nothing that measures it."""
        inside = ["sh", "-c", 'cd "$0" && exec "$@"', str(self._place), *command(*arguments)]
        done = subprocess.run(
            [*self._entering(), *inside],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.PIPE,
            check=False,
            env={**work.environment, "PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
            timeout=60,
        )
        return Ended(done.returncode, done.stdout or b"", done.stderr)

    def leave(self, blocks: int) -> None:
        """Let only so many blocks be free. A file takes whole ones."""
        now = os.statvfs(self.seen)
        self.remount(f"size={(now.f_blocks - now.f_bfree + blocks) * now.f_frsize}")

    def make_room(self) -> None:
        """Let everything fit on it."""
        self.remount(f"size={_ROOMY}")

    def remount(self, option: str) -> None:
        """Change how it is mounted: its size, `ro` or `rw`."""
        subprocess.run([*self._entering(), "mount", "-o", f"remount,{option}", str(self._place)], check=True)

    def close(self) -> None:
        """Take the disk away, and all that is on it."""
        self._keeper.communicate()

    def _entering(self) -> list[str]:
        return ["nsenter", "--mount", *self._own_user, "--target", str(self._keeper.pid), "--"]
