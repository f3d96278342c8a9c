"""What an edit changes, as a unified diff."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sarv_sync.config.differences import difference
from sarv_sync.config.replacing_files import FileEdit

TEXTS = [
    ("a: 1\nb: 2\n", "a: 1\nb: 3\n"),
    ("a: 1\nb: 2", "a: 1\nb: 3"),
    ("a: 1\nb: 2", "a: 1\nb: 2\nc: 3\n"),
    ("a: 1\r\nb: 2\r\n", "a: 1\r\nb: 3\r\n"),
    ("a: ü\t# 漢\nb: 2\n", "a: ü\t# 漢\nb: 3\n"),
    ("".join(f"k{n}: 1\n" for n in range(40)), "".join(f"k{n}: {1 + (n in {3, 33})}\n" for n in range(40))),
]


def edit(before: str, after: str, name: str = "users/a.yaml") -> FileEdit:
    return FileEdit(Path("/work") / name, name, before.encode(), after.encode())


@pytest.mark.parametrize(("before", "after"), TEXTS, ids=range(len(TEXTS)))
def test_git_makes_of_the_old_file_the_new_one(tmp_path: Path, before: str, after: str) -> None:
    file = tmp_path / "users" / "a.yaml"
    file.parent.mkdir()
    file.write_bytes(before.encode())
    told = difference(edit(before, after))
    assert told.file == "users/a.yaml"
    patch = ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-"]
    subprocess.run(patch, input=told.diff.encode(), cwd=tmp_path, check=True)
    assert file.read_bytes() == after.encode()


@pytest.mark.parametrize("line", ["# token: c4nary", 'path: "postgres://me:c4nary@db.example/x"'])
def test_a_line_that_may_hold_a_secret_is_in_no_diff(line: str) -> None:
    told = difference(edit(f"{line}\nb: 2\n", f"{line}\nb: 3\n")).diff
    assert ("c4nary" in told, "-b: 2\n+b: 3\n" in told) == (False, True)


def test_a_byte_order_mark_and_an_absolute_name_do_no_harm() -> None:
    told = difference(edit("\ufeffa: 1\n", "\ufeffa: 2\n", "/elsewhere/a.yaml"))
    assert told.file == "/elsewhere/a.yaml"
    assert told.diff == "--- a/elsewhere/a.yaml\n+++ b/elsewhere/a.yaml\n@@ -1 +1 @@\n-a: 1\n+a: 2\n"
