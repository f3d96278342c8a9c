"""Syntax errors, and that it does not matter which of PyYAML's two parsers is there."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sarv_sync.config import reader
from sarv_sync.config.nodes import Float, Map, Seq
from sarv_sync.config.source_file import SourceFile
from sarv_sync.config.tolerant_scanner import TolerantParser


@pytest.fixture(params=["libyaml", "pure"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "pure":
        monkeypatch.setattr(reader, "FAST", None)


def faults(text: str) -> list[tuple[int | None, int | None, str]]:
    file = SourceFile("file.yaml", text)
    reader.read(file)
    return [(fault.line, fault.column, fault.message) for fault in file.errors()]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: 1\n b: 2\n", (2, 3)), ("a\nb: 1\n", (2, 2)), ("a:\n\tb: 1\n", (2, 1)), ("a: [b\n", (1, 4)),
        ("a: [b c: d\n", (1, 4)), ("a: 'b\n\nc: d\n", (1, 4)), ("a: @b\n", (1, 4)), ("a: - b\n", (1, 4)),
        ('a: "\\z"\n', (1, 5)), ('a: "\\xZZ"\n', (1, 7)), ('a: "\\uDC00"\n', (1, 4)), ("}\n", (1, 1)),
        ('a: "\\U00110000"\n', (1, 4)), ('a: "\\UFFFFFFFF"\n', (1, 4)), ("a: b\n\tc: d\n", (2, 1)),
        ("a: [1, , 2]\n", (1, 8)), ("a: *\n", (1, 5)), ("%YAML 2.0\n---\na: 1\n", (1, 1)), ("a: !y!z b\n", (1, 4)),
        ("a: |x\n  b\n", (1, 5)), ("- a\nb: c\n", (2, 1)), ('a: "b\n---\nc"\n', (1, 4)), ("%FOO\n", (2, 1)),
        ("? a\n? b: - c\n", (2, 6)), ("a:\n  b c\n  d: e\n", (3, 4)), ("a: x\n\ty\n\t z: 1\n", (2, 1)),
    ],
)  # fmt: skip
def test_a_syntax_error_is_pointed_out(text: str, place: tuple[int, int]) -> None:
    [(line, column, message)] = faults(text)
    assert (line, column) == place
    assert "not valid YAML" not in message or text.startswith("%")


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\nb: 010\n c: 2\n", "a: [b c\nd: e\n", "a: {b c\nd: e\n", "a: - b\n", "a: [1, , 2]\n", "}\n", "a: 'b\n",
        "- a\nb: c\n", "a: @b\n", "a\nb: 1\n", "a:\n\tb: 1\n",
        'a: "\\z"\n', 'a: "\\xZZ"\n', "a: !y!z b\n", "a: |x\n  b\n",
        "a: *\n",
        "a: 1\n  - b\n? c\n", "a: 1\n? : : c\n",
    ],
)  # fmt: skip
def test_far_into_a_file_libyaml_alone_says_much_the_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pure parser would take minutes to get to the end of the largest file."""
    short = faults(text)
    monkeypatch.setattr(reader, "_LARGEST_TO_EXPLAIN", -1)
    assert faults(text) == short


ALPHABET = st.sampled_from(
    [
        "a", "b: ", "k:", " ", "  ", "\n", "\n  ", "- ", "\t", "?", "? ", "{", "}", "[", "]", ", ", ",", ": ", "'",
        '"', "\\", " # c", "&x ", "*x", "!!str ", "|\n  ", ">\n  ", "---\n", "...\n", "%", "12", "é", "http://x",
        "@", "<<: ", "token: ", "010", "1.5", "~", "|-\n", "\n\n", '"\\u263a"', "😀", "!x ",
    ]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(pieces=st.lists(ALPHABET, max_size=14))
@example(pieces=["a:", "\t", "b"])
@example(pieces=["{a: who pays?, b: [x?y, ?z]}"])
@example(pieces=["a: {b: }"])
@example(pieces=["%YAML 1.3\n---\na: 1\n"])
@example(pieces=["a: one\ttwo\n  three\n\n  four\n"])
def test_both_parsers_give_the_same_values_positions_and_words(pieces: list[str]) -> None:
    text = "".join(pieces)

    def outcome(fast: Any) -> tuple[str, list[Any]]:
        before, reader.FAST = reader.FAST, fast
        try:
            file = SourceFile("file.yaml", text)
            value = reader.read(file)
            return places(value), list(file.errors())
        finally:
            reader.FAST = before

    assert outcome(yaml.CSafeLoader) == outcome(None)


def places(value: Any) -> str:
    match value:
        case Map():
            return repr([(key, value.key_at(key), value.value_at(key), places(value[key])) for key in value])
        case Seq():
            return repr([(value.at, value.marks), [places(item) for item in value]])
        case Float():
            return repr(("float", value.value))
    return repr(value)


def test_the_pure_parser_reads_a_long_plain_text_as_libyaml_does() -> None:
    text = "key: first \t second\n  third\n\n\n  fourth\n"
    words = [
        event.value for event in iter(TolerantParser(text).get_event, None) if isinstance(event, yaml.ScalarEvent)
    ]
    assert words == ["key", "first \t second third\n\nfourth"]
