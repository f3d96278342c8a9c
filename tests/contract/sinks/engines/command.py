"""A program that keeps what it is told, one file for each name."""

from __future__ import annotations

import json
import sys
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

PROGRAM = f"""#!{sys.executable} -IS
import base64, json, pathlib, sys, urllib.parse

told = sys.stdin.buffer.read()
message = json.loads(told)
assert message["format"] == "sarv-sync-credential/1"
if pathlib.Path("forbidden").exists():
    password = message.get("password", "")
    print(told.decode(), password, repr(password), urllib.parse.quote(password), file=sys.stderr)
    print(base64.b64encode(told).decode(), base64.b64encode(password.encode()).decode())
    sys.exit(1)
if message["action"] == "deliver":
    pathlib.Path("kept", message["name"]).write_bytes(told)
"""


class Program:
    """A program `./keep` in a project of its own, and the folder that it keeps its files in."""

    kind = "command"
    readable: Readable = "no"
    secrets = ("token-of-the-Pr0vider", "token+of/GitHub==")
    by_label: Mapping[str, Any] | None = None

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept = folder / "kept"
        self._kept.mkdir()
        (folder / "keep").write_text(PROGRAM)
        (folder / "keep").chmod(0o700)

    def open(self, **options: Any) -> Sink:
        environment = dict(zip(("SARV_TOKEN", "SARV_SECRETS_TOKEN"), self.secrets, strict=True))
        return open_sink(self.kind, {"command": ["./keep"], **options}, Site(self._folder, environment, Scrubber()))

    def stored(self, credential: Credential) -> dict[str, str] | None:
        path = self._kept / credential.recipient.name
        if not path.exists():
            return None
        told = json.loads(path.read_bytes())
        smtp = told["smtp"]
        server = {} if smtp is None else {"SMTP_HOST": smtp["host"], "SMTP_PORT": str(smtp["port"])}
        return {**server, "SMTP_USERNAME": told["smtp_user_name"], "SMTP_PASSWORD": told["password"]}

    def spoil(self, credential: Credential) -> None:
        told = {"smtp": None, "smtp_user_name": "somebody", "password": "something else"}
        (self._kept / credential.recipient.name).write_text(json.dumps(told))

    def remove(self, credential: Credential) -> None:
        (self._kept / credential.recipient.name).unlink()

    def inventory(self) -> set[str]:
        return {path.name for path in self._folder.rglob("*")}

    @contextmanager
    def forbid(self) -> Iterator[None]:
        """Let the program fail, and say all that it was told."""
        (self._folder / "forbidden").touch()
        yield
        (self._folder / "forbidden").unlink()


@contextmanager
def running(server: Path) -> Iterator[Opener]:
    """Yield at once: the program is run by the sink."""
    yield Program
