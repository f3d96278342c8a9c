from __future__ import annotations

import pytest

from sarv_sync.errors import Fault
from sarv_sync.reporting.errors_text import faults_text
from sarv_sync.reporting.layout import cells
from sarv_sync.reporting.style import Style
from sarv_sync.reporting.validate_text import validate_text

TERMINAL = Style(color=False, width=80)


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault("it broke"), "error: it broke"),
        (Fault("it broke", "mend it"), "error: it broke\n  hint: mend it"),
        (Fault("it broke", None, "a.yaml"), "error: a.yaml: it broke"),
        (Fault("it broke", None, "a.yaml", 3), "error: a.yaml:3: it broke"),
        (Fault("it broke", None, "a.yaml", 3, 7), "error: a.yaml:3:7: it broke"),
        (Fault("it broke", None, "a.yaml", 3, None, "x: 1"), "error: a.yaml:3: it broke\n  3 | x: 1"),
        (Fault("it broke", None, "a\n.yaml", 3, 7), "error: a\\n.yaml:3:7: it broke"),
    ],
)
def test_an_error_names_its_place_as_far_as_it_is_known(fault: Fault, text: str) -> None:
    assert faults_text((fault,), TERMINAL) == text


@pytest.mark.parametrize(
    ("excerpt", "column", "shown", "under"),
    [
        ("name: x", 7, "name: x", "x"),
        ("\tname: x\r\n", 8, "    name: x", "x"),
        ("中文: x", 5, "中文: x", "x"),
        ("e\u0301: x", 5, "e\u0301: x", "x"),
        ("\x1b[1m: x", 7, "\\x1b[1m: x", "x"),
        ("name:", 6, "name:", ""),
        ("name:", 99, "name:", ""),
    ],
)
def test_the_caret_stands_under_the_column(excerpt: str, column: int, shown: str, under: str) -> None:
    lines = faults_text((Fault("m", None, "f", 12, column, excerpt),), TERMINAL).split("\n")
    assert lines[1] == f"  12 | {shown}"
    assert lines[2].startswith("     | ")
    left = lines[1][: _index_at(lines[1], lines[2].index("^"))]
    assert lines[1].removeprefix(left)[:1] == under


def _index_at(line: str, cell: int) -> int:
    """Return the index of the character at `cell` of `line`."""
    return next((index for index in range(len(line)) if cells(line[:index]) >= cell), len(line))


@pytest.mark.parametrize("column", [1, 60, 100, 500, 999])
def test_a_long_line_is_cut_around_the_column(column: int) -> None:
    excerpt = "".join(chr(ord("a") + index % 26) for index in range(1000))
    _, shown, caret = faults_text((Fault("m", None, "f", 1, column, excerpt),), TERMINAL).split("\n")
    assert cells(shown) <= 80
    assert shown[caret.index("^")] == excerpt[column - 1]
    assert "…" in shown


def test_a_line_as_long_as_a_file_is_cut_even_where_nothing_else_is() -> None:
    text = faults_text((Fault("m", None, "f", 1, 5_000, "x" * 1_000_000),), Style(width=0))
    assert max(map(len, text.split("\n"))) <= 120


def test_several_errors_stand_apart_and_are_counted() -> None:
    assert faults_text((Fault("a"), Fault("b")), TERMINAL) == "error: a\n\nerror: b\n\n2 errors"
    assert faults_text((Fault("a"), Fault("b")), TERMINAL, "warning") == "warning: a\n\nwarning: b\n\n2 warnings"
    assert faults_text((), TERMINAL) == ""


def test_an_error_stays_on_one_line_and_its_hint_is_wrapped() -> None:
    lines = faults_text((Fault("long " * 40, "hint " * 40),), TERMINAL).split("\n")
    assert cells(lines[0]) > 80
    assert max(map(cells, lines[1:])) <= 80


def test_color_marks_the_kind() -> None:
    style = Style(color=True)
    assert faults_text((Fault("a"),), style) == "\x1b[1;31merror:\x1b[0m a"
    assert faults_text((Fault("a"),), style, "warning") == "\x1b[1;33mwarning:\x1b[0m a"


@pytest.mark.parametrize(
    ("users", "files", "warnings", "line"),
    [
        (40, 3, 0, "Valid: 40 users in 3 files."),
        (1, 1, 1, "Valid: 1 user in 1 file, 1 warning."),
        (0, 2, 2, "Valid: 0 users in 2 files, 2 warnings."),
    ],
)
def test_valid_files_are_said_to_be_so_in_one_line(users: int, files: int, warnings: int, line: str) -> None:
    assert validate_text(users, files, warnings) == line
