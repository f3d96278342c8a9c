from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sarv_sync.state.interface import Store
from tests.engines.catalog import Running, open_store
from tests.engines.interface import Access, Engine

ROOT = Path(__file__).parents[2]


class Place:
    """One document of a running engine, and everybody who opens it."""

    def __init__(self, kind: str, engine: Engine, folder: Path, access: Access) -> None:
        self.kind = kind
        self.engine = engine
        self.folder = folder
        self.access = access

    def __call__(self) -> Store:
        """Open the document once more, as another run would."""
        return open_store(self.access, self.folder)

    def content(self) -> bytes | None:
        stored = self().read()
        return None if stored is None else stored.data

    def version(self) -> str | None:
        return self().version()

    def other_process(self, what: str, *rest: object) -> subprocess.Popen[str]:
        place = json.dumps(self.access.settings)
        command = [sys.executable, "-m", "tests.contract.other_process", what, place, str(self.folder)]
        environment = {**os.environ, **self.access.environment, "TMPDIR": str(self.folder)}
        return subprocess.Popen(
            [*command, *map(str, rest)],
            cwd=ROOT,
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def said(self, what: str, *rest: object) -> list[str]:
        """Return the lines that another process said until it ended well."""
        return said_by(self.other_process(what, *rest))


def said_by(process: subprocess.Popen[str]) -> list[str]:
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    return output.splitlines()


@pytest.fixture
def place(kind: str, running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A document that nobody has written yet."""
    engine = running[kind]
    access = engine.access(tmp_path)
    for name, value in access.environment.items():
        monkeypatch.setenv(name, value)
    return Place(kind, engine, tmp_path, access)
