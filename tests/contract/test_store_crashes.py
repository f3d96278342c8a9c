"""A store in files keeps its promise whatever system call of a swap is the last one, or fails.

strace kills the process, or lets the call fail, at each call in turn. Where it is missing these tests are skipped,
but not in CI.
"""

from __future__ import annotations

import compileall
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.contract.stores import open_store

ROOT = Path(__file__).parents[2]
IN_FILES = ("local",)
OLD, NEW = b"the old document", b"the new document"
SYSTEM_CALL = re.compile(r"(?:\d+ +)?(\w+)\(")
MARK = "sched_yield"


class Moment(NamedTuple):
    """One system call of a swap: its name, and how many of that name the process has made by then."""

    call: str
    nth: int


class Tracer(NamedTuple):
    """strace, and a compiled copy of what the other process imports.

    System calls are counted from its start: nobody else may write compiled files beside its modules meanwhile.
    """

    strace: str
    tree: Path

    def swap(self, kind: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
        """Replace the old document by the new one in another process, under strace."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        open_store(kind, folder).swap(None, OLD)
        swap = ["tests.contract.other_process", "swap", kind, str(folder), NEW.decode()]
        return subprocess.run(
            [self.strace, "-f", *options, "--", sys.executable, "-S", "-m", *swap],
            cwd=self.tree,
            env={"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(self.tree)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def moments(self, kind: str, folder: Path) -> list[Moment]:
        """Return the system calls between the two marks of a swap that nothing disturbs."""
        log = folder.with_suffix(".log")
        done = self.swap(kind, folder, "-o", str(log))
        assert done.returncode == 0, done.stderr
        seen: Counter[str] = Counter()
        moments: list[Moment] = []
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
            if found := SYSTEM_CALL.match(line):
                seen[found[1]] += 1
                if seen[MARK] == 1 and found[1] != MARK:
                    moments.append(Moment(found[1], seen[found[1]]))
        assert seen[MARK] == 2
        return moments


@pytest.fixture(scope="module", autouse=True)
def tracer(tmp_path_factory: pytest.TempPathFactory) -> Tracer:
    strace = shutil.which("strace")
    if strace is None:
        assert "CI" not in os.environ, "strace has to be installed: without it the crash tests prove nothing"
        pytest.skip("strace is not installed")
    tree = tmp_path_factory.mktemp("tree")
    for part in ("sarv_sync", "tests/contract"):
        shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
    assert compileall.compile_dir(tree, quiet=1)
    return Tracer(strace, tree)


@pytest.fixture(params=IN_FILES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def document(kind: str, folder: Path) -> bytes | None:
    stored = open_store(kind, folder).read()
    return None if stored is None else stored.data


def test_killed_at_any_system_call_a_swap_leaves_the_old_document_or_the_new(
    tracer: Tracer, kind: str, tmp_path: Path
) -> None:
    folder = tmp_path / "state"
    found: set[bytes | None] = set()
    for call, nth in tracer.moments(kind, folder):
        killed = tracer.swap(
            kind,
            folder,
            "-o",
            os.devnull,
            "-e",
            f"trace={call}",
            "-e",
            f"inject={call}:signal=KILL:when={nth}",
        )

        assert killed.returncode == -signal.SIGKILL, f"{call} {nth} was not reached"
        left = document(kind, folder)
        assert left in {OLD, NEW}, f"killed at {call} {nth}"
        found.add(left)
        assert_usable(kind, folder)
    assert found == {OLD, NEW}, "kills on both sides of the moment that counts"


@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
def test_whatever_system_call_fails_a_swap_leaves_the_old_document_or_the_new(
    tracer: Tracer, kind: str, tmp_path: Path, error: str
) -> None:
    folder = tmp_path / "state"
    steps = {"openat", "fchmod", "write", "fsync", "rename", "renameat", "renameat2", "close"}
    for call, nth in tracer.moments(kind, folder):
        if call not in steps:
            continue
        failed = tracer.swap(
            kind,
            folder,
            "-o",
            os.devnull,
            "-e",
            f"trace={call}",
            "-e",
            f"inject={call}:error={error}:when={nth}",
        )

        left = document(kind, folder)
        assert left in {OLD, NEW}, f"{call} {nth} failed"
        assert failed.returncode != 0, f"{call} {nth} failed, and the swap said nothing"
        assert "StateError: " in failed.stderr, failed.stderr
        assert_usable(kind, folder)


def assert_usable(kind: str, folder: Path) -> None:
    """The next run is not hindered by what a dead one left behind."""
    store = open_store(kind, folder)
    with store.presence() as alone:
        assert alone is not False
        stored = store.read()
        assert stored is not None
        store.swap(stored.version, b"the next document")
    assert document(kind, folder) == b"the next document"
