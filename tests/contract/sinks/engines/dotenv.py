"""A folder of dotenv files, each read as a POSIX shell reads it."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sarv_sync.model.scrub import Scrubber
from sarv_sync.sinks.catalog import open_sink
from sarv_sync.sinks.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sarv_sync.model.sink import Credential, Sink
    from tests.contract.sinks.engine import Opener, Readable

_OF_THE_SHELL = {"PWD", "OLDPWD", "SHLVL", "_"}


class Folder:
    """A project of their own, with the folder `secrets`."""

    secrets: tuple[str, ...] = ()

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, credential: Credential) -> Path:
        """Return where the file of `credential` belongs."""
        return self.folder / "secrets" / f"{credential.recipient.name}.env"

    def remove(self, credential: Credential) -> None:
        self.path(credential).unlink()

    def inventory(self) -> set[str]:
        return {str(path.relative_to(self.folder)) for path in self.folder.rglob("*")}

    @contextmanager
    def forbid(self) -> Iterator[None]:
        """Put a file where the folder has to be: even root cannot write a file into that."""
        secrets, aside = self.folder / "secrets", self.folder / "aside"
        if secrets.exists():
            secrets.rename(aside)
        secrets.write_text("in the way")
        yield
        secrets.unlink()
        if aside.exists():
            aside.rename(secrets)


class Dotenv(Folder):
    """Files `secrets/NAME.env`."""

    kind = "dotenv"
    readable: Readable = "content"
    by_label: Mapping[str, Any] | None = {"path": "secrets/{labels.team}/{name}.env"}

    def open(self, **options: Any) -> Sink:
        return open_sink(self.kind, {"path": "secrets/{name}.env", **options}, Site(self.folder, {}, Scrubber()))

    def stored(self, credential: Credential) -> dict[str, str] | None:
        path = self.path(credential)
        return sourced(path) if path.exists() else None

    def spoil(self, credential: Credential) -> None:
        """Somebody edits it."""
        path = self.path(credential)
        path.write_text(path.read_text().replace("SMTP_PASSWORD=", "SMTP_PASSWORD=else"))


def sourced(path: Path) -> dict[str, str]:
    """Return the variables that a shell without any has after `set -a; . path`."""
    command = ["env", "-i", "/bin/sh", "-c", 'set -a; . "$1"; exec /usr/bin/env -0', "sh", str(path)]
    output = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    variables = dict(line.split("=", 1) for line in output.split("\0") if line)
    return {key: value for key, value in variables.items() if key not in _OF_THE_SHELL}


@contextmanager
def running(server: Path) -> Iterator[Opener]:
    """Yield at once: nothing has to run for files."""
    yield Dotenv
