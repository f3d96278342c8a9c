"""A CSV file is its rows, each with its line, or one error that says where it is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from sarv_sync.config import table
from sarv_sync.config.table import read_table
from sarv_sync.errors import InputError


def read(folder: Path, content: bytes) -> list[tuple[int, list[str]]]:
    (folder / "n.csv").write_bytes(content)
    name, rows = read_table("n.csv", folder)
    assert name == "n.csv"
    return [(line, list(cells)) for line, cells in rows]


@pytest.mark.parametrize(
    "content",
    [
        b'a,b\n"x\ny",2\nz,"1,""2"""\n',
        b'\xef\xbb\xbfa,b\r\n"x\ny",2\r\nz,"1,""2"""',
    ],
)
def test_each_row_has_the_line_it_begins_on(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, content) == [(1, ["a", "b"]), (2, ["x\ny", "2"]), (4, ["z", '1,"2"'])]


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    assert read(tmp_path, b"") == []


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"a,b\n\xff,1\n", 2, "the byte 0xff here is not UTF-8"),
        (b"a,b\nx,\0\n", 2, "NUL"),
        (b'a,b\nx,"y\nz\n', 2, "this is no CSV"),
        (b'a,b\n"x"y,z\n', 2, "this is no CSV"),
        (b"a,b\n" + b"x" * 200_000, 2, "this is no CSV"),
    ],
)
def test_what_is_no_csv_is_told_with_its_line(tmp_path: Path, content: bytes, line: int, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read(tmp_path, content)
    assert [(fault.file, fault.line) for fault in caught.value.faults] == [("n.csv", line)]
    assert "UTF-8" in str(caught.value.hint)


def test_what_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, message in (("none.csv", "No such file"), (".", "Is a directory"), ("a\0", "not valid")):
        with pytest.raises(InputError, match=message):
            read_table(path, tmp_path)
    monkeypatch.setattr(table, "LARGEST", 3)
    with pytest.raises(InputError, match="larger than 64 MiB"):
        read(tmp_path, b"a,b\n")
