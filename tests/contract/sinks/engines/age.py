"""A folder of files that the `age` program decrypts."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.model.scrub import Scrubber
from sarv_sync.sinks.catalog import open_sink
from sarv_sync.sinks.site import Site
from tests.contract.sinks.engines.dotenv import Folder, sourced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sarv_sync.model.sink import Credential, Sink
    from tests.contract.sinks.engine import Opener, Readable


class Age(Folder):
    """Files `secrets/NAME.env.age`, and the one key that opens them."""

    kind = "age"
    readable: Readable = "presence"
    by_label: Mapping[str, Any] | None = {"path": "secrets/{labels.team}/{name}.env.age"}

    def __init__(self, folder: Path, identity: Path) -> None:
        super().__init__(folder)
        self._identity = identity
        self.secrets = (identity.read_text().splitlines()[-1],)

    def open(self, **options: Any) -> Sink:
        ours = {"path": "secrets/{name}.env.age", "recipients": [public_key(self._identity)]}
        return open_sink(self.kind, {**ours, **options}, Site(self.folder, {}, Scrubber()))

    def stored(self, credential: Credential) -> dict[str, str] | None:
        path = self.path(credential)
        if not path.exists():
            return None
        plain = self._identity.parent / "plain.env"
        plain.write_bytes(decrypted(path, self._identity))
        return sourced(plain)

    def spoil(self, credential: Credential) -> None:
        self.path(credential).write_bytes(encrypted(b"SMTP_PASSWORD=other\n", public_key(self._identity)))

    def path(self, credential: Credential) -> Path:
        return self.folder / "secrets" / f"{credential.recipient.name}.env.age"


def program(name: str) -> str:
    """Return the path of `age` or `age-keygen`; without it the test is skipped, but not in CI."""
    found = shutil.which(name)
    if found is None:
        assert "CI" not in os.environ, f"{name} has to be installed: without it nothing is proved about age"
        pytest.skip(f"{name} is not installed")
    return found


def new_identity(path: Path) -> Path:
    """Make a key pair with `age-keygen`."""
    subprocess.run([program("age-keygen"), "-o", str(path)], check=True, capture_output=True)
    return path


def public_key(identity: Path) -> str:
    """Return what is encrypted to."""
    output = subprocess.run([program("age-keygen"), "-y", str(identity)], check=True, capture_output=True).stdout
    return output.decode().strip()


def decrypted(path: Path, identity: Path) -> bytes:
    """Return what `age` makes of the file."""
    command = [program("age"), "--decrypt", "--identity", str(identity), str(path)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def encrypted(text: bytes, key: str) -> bytes:
    """Return a file that `age` made."""
    command = [program("age"), "--encrypt", "--armor", "--recipient", key]
    return subprocess.run(command, check=True, capture_output=True, input=text).stdout


@contextmanager
def running(server: Path) -> Iterator[Opener]:
    """Make a key, and yield."""
    identity = new_identity(server / "key.txt")
    yield lambda folder: Age(folder, identity)
