from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sarv_sync.model.visible import printable
from sarv_sync.reporting.layout import cells, cut, finish, flowed, head_of, tail_of, wrapped
from sarv_sync.reporting.style import Style
from tests.unit.reporting.hostile_words import words

TERMINAL = Style()


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["a", "b"], "a\nb"),
        (["::error::x"], r"\x3a:error::x"),
        (["  ::x", "\x1b[2m::x", "- ::x"], "  \\x3a:x\n\x1b[2m\\x3a:x\n- ::x"),
        (["a ##[x"], r"a #\x23[x"),
    ],
)
def test_no_line_is_a_workflow_command(lines: list[str], text: str) -> None:
    assert finish(lines) == text


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("中文", 4), ("e\u0301", 1), ("😀", 2), ("→", 1), ("", 0)])
def test_width_is_counted_in_cells(text: str, width: int) -> None:
    assert cells(text) == width


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [("abcdef", 6, "abcdef"), ("abcdefghij", 7, "abcd…ij"), ("中文中文中文", 7, "中文…文"), ("a" * 99, 4, "aa…a")],
)
def test_a_long_text_loses_its_middle(text: str, width: int, shown: str) -> None:
    assert cut(text, width) == shown
    assert cells(shown) <= width


@given(words.map(printable), st.integers(1, 40))
def test_heads_and_tails_fit(text: str, width: int) -> None:
    head, tail = head_of(text, width), tail_of(text, width)
    assert text.startswith(head)
    assert text.endswith(tail)
    assert max(cells(head), cells(tail)) <= width


@given(words.map(printable), st.integers(2, 40))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(cells(line) <= width or re.search("`[^`]* [^`]*`", line) for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three", ["one two", "three"]),
        ("run `a b` now", ["run `a b`", "now"]),
        ("run a `b c` d", ["run a", "`b c` d"]),
        ("running `b c", ["running `b", "c"]),
        ("write `state: {backend: git}` there", ["write", "`state: {backend: git}`", "there"]),
        ("abcdefghijklm", ["abcdefghij", "klm"]),
        ("中文中文中文", ["中文中文中", "文"]),
        ("", [""]),
    ],
)
def test_lines_break_between_words_and_not_within_backticks(text: str, lines: list[str]) -> None:
    assert wrapped(text, 10) == lines


def test_parts_flow_over_to_an_indented_line() -> None:
    parts = ["aaaa", "bbbb", "cccc", "dddd"]
    assert flowed(parts, [4, 4, 4, 4], 11, "  ") == ["aaaa  bbbb", "  cccc", "  dddd"]


@pytest.mark.parametrize(("width", "room"), [(80, 80), (10, 40), (0, 1_000_000)])
def test_a_width_of_zero_breaks_nothing_and_a_tiny_one_is_not_believed(width: int, room: int) -> None:
    assert Style(width=width).room == room


def test_color_is_only_there_when_asked_for() -> None:
    assert Style(color=True).paint("add", "x") == "\x1b[32mx\x1b[0m"
    assert Style(color=True).paint("add", "") == ""
    assert Style(color=False).paint("add", "x") == "x"
