"""Who may import whom is checked by `lint-imports`; this checks that each of those checks can fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FORBIDDEN = {
    "Imports go downward": ("state/fields.py", "import sarv_sync.config.load"),
    "Planning and reporting import": ("reporting/layout.py", "import sarv_sync.provider.client"),
    "Adapters do not plan": ("config/load.py", "import sarv_sync.planning.guards"),
    "The use cases see interfaces": ("workflow.py", "import sarv_sync.state.local"),
    "Wiring shows nothing": ("wiring.py", "import sarv_sync.sandbox.server"),
    "Commands reach files": ("cli/plan.py", "import sarv_sync.provider.client"),
    "Only planning.difference": ("planning/planner.py", "import deepdiff"),
    "Only the clients of": ("sandbox/server.py", "import requests"),
    "Only the configuration": ("state/document.py", "import yaml"),
    "Only the PostgreSQL": ("state/git/backend.py", "import psycopg"),
    "Only the S3": ("state/http/backend.py", "import botocore"),
    "Only commands": ("workflow.py", "import click"),
    "Only signing": ("model/secret.py", "import nacl"),
    "Only sinks": ("applying/outlets.py", "import hvac"),
    "Only monitoring": ("cli/drift.py", "import apprise"),
}
"""For each contract, by how its name begins: a file, and an import that the file must not have."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package that may be spoilt."""
    shutil.copytree(ROOT / "sarv_sync", tmp_path / "sarv_sync", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def _verdicts(folder: Path) -> dict[str, bool]:
    """Return whether each contract is kept in `folder`, by its name."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)
    lines = [line.partition(" (")[0] for line in done.stdout.splitlines()]
    verdicts = {name: verdict == "KEPT" for name, _, verdict in (line.rpartition(" ") for line in lines)
                if verdict in {"KEPT", "BROKEN"}}  # fmt: skip
    assert (done.returncode == 0) == all(verdicts.values()), done.stdout + done.stderr
    return verdicts


def test_every_layer_keeps_to_its_contracts(copy: Path) -> None:
    verdicts = _verdicts(copy)
    assert len(verdicts) == len(FORBIDDEN)
    assert all(verdicts.values()), verdicts


def test_every_contract_fails_when_it_is_broken(copy: Path) -> None:
    for file, statement in FORBIDDEN.values():
        with (copy / "sarv_sync" / file).open("a") as opened:
            opened.write(f"\n{statement}\n")
    verdicts = _verdicts(copy)
    assert {name for name, kept in verdicts.items() if kept} == set()
    for beginning in FORBIDDEN:
        assert any(name.startswith(beginning) for name in verdicts), beginning
