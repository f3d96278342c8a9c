"""The state in a file: a swap keeps its promise whatever system call is the last one, or fails.

strace kills the process, or lets the call fail, at each call in turn. Where it is missing these tests are skipped,
but not in CI.
"""

from __future__ import annotations

import compileall
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from sarv_sync.state.local import LocalStore

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
OLD, NEW = b"the old document", b"the new document"
SYSTEM_CALL = re.compile(r"(?:\d+ +)?(\w+)\((.*)\) += ")
MARK = "sched_yield"
RENAMES = ("rename", "renameat", "renameat2")
WRITES = ("write", "pwrite64", "writev", "ftruncate", "truncate")


class Moment(NamedTuple):
    """One system call of a swap: its name, and how many of that name the process has made by then."""

    call: str
    nth: int


class Step(NamedTuple):
    """One system call of a swap: its name and its arguments, file descriptors with the paths they stand for."""

    call: str
    arguments: str


class Tracer(NamedTuple):
    """strace, and a compiled copy of what the other process imports.

    System calls are counted from its start: nobody else may write compiled files beside its modules meanwhile.
    """

    strace: str
    tree: Path

    def swap(self, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
        """Replace the old document by the new one in another process, under strace."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        opened(folder).swap(None, OLD)
        section = json.dumps({"backend": "local", "path": "state.json"})
        swap = ["tests.contract.other_process", "swap", section, str(folder), NEW.decode()]
        return subprocess.run(
            [self.strace, "-f", *options, "--", sys.executable, "-S", "-m", *swap],
            cwd=self.tree,
            env={"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(self.tree)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def moments(self, folder: Path) -> list[Moment]:
        """Return the system calls between the two marks of a swap that nothing disturbs."""
        seen: Counter[str] = Counter()
        moments: list[Moment] = []
        for step in self._trace(folder):
            seen[step.call] += 1
            if seen[MARK] == 1 and step.call != MARK:
                moments.append(Moment(step.call, seen[step.call]))
        return moments

    def steps(self, folder: Path) -> list[Step]:
        """Return the same with what they are about."""
        steps = self._trace(folder)
        first, last = (index for index, step in enumerate(steps) if step.call == MARK)
        return steps[first + 1 : last]

    def _trace(self, folder: Path) -> list[Step]:
        log = folder.with_suffix(".log")
        done = self.swap(folder, "-o", str(log), "-y", "-s", "9999")
        assert done.returncode == 0, done.stderr
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        steps = [Step(found[1], found[2]) for line in lines if (found := SYSTEM_CALL.match(line))]
        assert [step.call for step in steps].count(MARK) == 2
        return steps


@pytest.fixture(scope="module", autouse=True)
def tracer(tmp_path_factory: pytest.TempPathFactory) -> Tracer:
    strace = shutil.which("strace")
    if strace is None:
        assert "CI" not in os.environ, "strace has to be installed: without it the crash tests prove nothing"
        pytest.skip("strace is not installed")
    tree = tmp_path_factory.mktemp("tree")
    for part in ("sarv_sync", "tests/contract", "tests/engines"):
        shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
    assert compileall.compile_dir(tree, quiet=1)
    return Tracer(strace, tree)


def opened(folder: Path) -> LocalStore:
    return LocalStore(folder / "state.json")


def document(folder: Path) -> bytes | None:
    stored = opened(folder).read()
    return None if stored is None else stored.data


def test_killed_at_any_system_call_a_swap_leaves_the_old_document_or_the_new(tracer: Tracer, tmp_path: Path) -> None:
    folder = tmp_path / "state"
    found: set[bytes | None] = set()
    for call, nth in tracer.moments(folder):
        killed = tracer.swap(
            folder,
            "-o",
            os.devnull,
            "-e",
            f"trace={call}",
            "-e",
            f"inject={call}:signal=KILL:when={nth}",
        )

        assert killed.returncode == -signal.SIGKILL, f"{call} {nth} was not reached"
        left = document(folder)
        assert left in {OLD, NEW}, f"killed at {call} {nth}"
        found.add(left)
        assert_usable(folder)
    assert found == {OLD, NEW}, "kills on both sides of the moment that counts"


@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
def test_whatever_system_call_fails_a_swap_leaves_the_old_document_or_the_new(
    tracer: Tracer, tmp_path: Path, error: str
) -> None:
    folder = tmp_path / "state"
    steps = {"openat", "flock", "fchmod", "ftruncate", "write", "fsync", *RENAMES, "close"}
    for call, nth in tracer.moments(folder):
        if call not in steps:
            continue
        failed = tracer.swap(
            folder,
            "-o",
            os.devnull,
            "-e",
            f"trace={call}",
            "-e",
            f"inject={call}:error={error}:when={nth}",
        )

        left = document(folder)
        assert left in {OLD, NEW}, f"{call} {nth} failed"
        assert failed.returncode != 0, f"{call} {nth} failed, and the swap said nothing"
        assert "StateError: " in failed.stderr, failed.stderr
        assert_usable(folder)


def out_of_order(steps: Sequence[Step], folder: Path) -> list[str]:
    """Return what is wrong with the order in which a swap made things last."""
    renames = [index for index, step in enumerate(steps) if step.call in RENAMES]
    if len(renames) != 1:
        return [f"one rename puts the new document in place, and there are {len(renames)}"]
    before, after = steps[: renames[0]], steps[renames[0] + 1 :]
    new = next((step.arguments for step in before if step.call == "write"), "").partition(", ")[0]
    filled = [index for index, step in enumerate(before) if step.call in WRITES]
    synced = [index for index, step in enumerate(before) if step == Step("fsync", new)]
    folders = [step for step in after if step.call == "fsync" and step.arguments.endswith(f"<{folder}>")]
    wrong = []
    if not synced or not filled or max(filled) > max(synced):
        wrong.append("the new document is synced before it takes the old one's name, and not written after that")
    if not folders:
        wrong.append("the folder is synced after the rename")
    if any(step.call in WRITES for step in after):
        wrong.append("what has become the document is not written")
    return wrong


def test_a_swap_makes_things_last_in_the_order_that_its_promise_needs(tracer: Tracer, tmp_path: Path) -> None:
    folder = tmp_path / "state"

    steps = tracer.steps(folder)

    assert out_of_order(steps, folder) == []


FILE, FOLDER, PLACE = "5</f/state.json.tmp>", "6</f>", Path("/f")
RIGHT = (
    Step("ftruncate", f"{FILE}, 0"),
    Step("write", f'{FILE}, "new", 3'),
    Step("fsync", FILE),
    Step("rename", '"/f/state.json.tmp", "/f/state.json"'),
    Step("fsync", FOLDER),
)


@pytest.mark.parametrize(
    ("order", "wrong"),
    [
        ((0, 1, 2, 3, 4), 0),
        ((0, 1, 3, 4), 1),
        ((0, 1, 2, 3), 1),
        ((0, 1, 3), 2),
        ((0, 1, 3, 2, 4), 1),
        ((0, 1, 4, 2, 3), 1),
        ((0, 2, 1, 3, 4), 1),
        ((1, 2, 0, 3, 4), 1),
        ((0, 1, 2, 3, 4, 0), 1),
        ((0, 1, 2, 4), 1),
    ],
)
def test_a_wrong_order_is_noticed(order: tuple[int, ...], wrong: int) -> None:
    assert len(out_of_order([RIGHT[index] for index in order], PLACE)) == wrong


def assert_usable(folder: Path) -> None:
    """The next run is not hindered by what a dead one left behind."""
    store = opened(folder)
    with store.presence() as alone:
        assert alone is not False
        stored = store.read()
        assert stored is not None
        store.swap(stored.version, b"the next document")
    assert document(folder) == b"the next document"


def test_a_document_for_which_there_is_no_room_changes_nothing(tmp_path: Path) -> None:
    opened(tmp_path).swap(None, b"small")
    section = json.dumps({"backend": "local", "path": "state.json"})
    command = [sys.executable, "-m", "tests.contract.other_process", "crowd", section, str(tmp_path), "100000"]

    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout

    assert "cannot write the state" in said
    assert document(tmp_path) == b"small"
    assert_usable(tmp_path)


def test_reading_makes_no_file(tmp_path: Path) -> None:
    opened(tmp_path).read()
    opened(tmp_path).recall()

    assert list(tmp_path.iterdir()) == []
