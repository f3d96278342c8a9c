"""A run that is killed while it writes a file: what is left, and what the next run makes of it."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.sinks.files import Files

if TYPE_CHECKING:
    from types import FrameType

PATH = "secrets/finance/billing.env"
OLD, NEW = b"the old text", b"the new text"


def struck(project: Path, last: int) -> bool:
    """Write the new text in another process, which is killed before the line of Python that is its `last`.

    Return whether it was killed: if not, it had fewer lines.
    """
    child = os.fork()
    if not child:
        die_at(last, project)
    _, status = os.waitpid(child, 0)
    assert status in {0, signal.SIGKILL}
    return status != 0


def die_at(last: int, project: Path) -> None:
    lines = 0

    def traced(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal lines
        lines += event == "line"
        if lines == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return traced

    sys.settrace(traced)
    Files(project).write(PATH, NEW)
    os._exit(0)


@pytest.mark.parametrize("before", [None, OLD], ids=["new", "replaced"])
def test_killed_before_any_line_it_leaves_the_old_file_or_the_new_and_the_next_run_cleans_up(
    tmp_path: Path, before: bytes | None
) -> None:
    files, last, found = Files(tmp_path), 0, set()
    while True:
        last += 1
        (tmp_path / PATH).unlink(missing_ok=True)
        if before is not None:
            files.write(PATH, before)
        killed = struck(tmp_path, last)
        text = files.read(PATH)
        assert text in {before, NEW}
        left = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert all(path.stat().st_mode & 0o077 == 0 for path in left)
        found.add((text, len(left)))
        if not killed:
            break
        files.write(PATH, NEW)
        assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["billing.env"]

    old_files = 0 if before is None else 1
    assert {(before, old_files), (before, old_files + 1), (NEW, 1)} <= found, "it was killed at every stage"
