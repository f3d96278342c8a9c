"""What YAML means here: scalars, keys, tags, aliases, positions, and the limits on all of them."""

from __future__ import annotations

import math
import sys
from typing import Any

import pytest

from sarv_sync.config import reader
from sarv_sync.config.nodes import BROKEN, Float, plain
from sarv_sync.config.source_file import SourceFile


@pytest.fixture(params=["libyaml", "pure"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "pure":
        monkeypatch.setattr(reader, "FAST", None)


def read(text: str) -> Any:
    file = SourceFile("file.yaml", text)
    value = reader.read(file)
    assert [fault.message for fault in file.errors()] == []
    return value


def faults(text: str) -> list[tuple[int | None, int | None, str]]:
    file = SourceFile("file.yaml", text)
    reader.read(file)
    return [(fault.line, fault.column, fault.message) for fault in file.errors()]


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("null", None), ("Null", None), ("NULL", None), ("~", None), ("", None),
        ("true", True), ("True", True), ("TRUE", True), ("false", False), ("False", False), ("FALSE", False),
        ("0", 0), ("7", 7), ("-7", -7), ("+7", 7), ("0o17", 15), ("0xfF", 255), ("9" * 40, int("9" * 40)),
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("off", "off"), ("y", "y"), ("nULL", "nULL"), ("tRUE", "tRUE"),
        ("1_000", "1_000"), ("12:30:45", "12:30:45"), ("2024-01-31", "2024-01-31"), ("0b11", "0b11"), ("-", "-"),
        ("0o8", "0o8"), ("0X1", "0X1"), ("+", "+"), (".", "."), ("1.2.3", "1.2.3"), ("finance", "finance"),
        ("n" * 2000, "n" * 2000), ("1:2", "1:2"), ("-0x1", "-0x1"), ("=", "="),
    ],
)  # fmt: skip
def test_a_plain_word_means_what_the_core_schema_says(word: str, value: object) -> None:
    if word == "-":
        text = "key: -1-\n"
        assert read(text) == {"key": "-1-"}
        return
    found = read(f"key: {word}\n")["key"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("1.5", 1.5),
        ("1.", 1.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-1E-2", -0.01),
        (".inf", math.inf),
        ("-.Inf", -math.inf),
    ],
)
def test_a_fractional_number_is_no_number_that_a_schema_knows(word: str, value: float) -> None:
    found = read(f"key: {word}\n")["key"]
    assert type(found) is Float
    assert found.value == value


def test_not_a_number_is_a_fractional_number_too() -> None:
    assert math.isnan(read("key: .nan\n")["key"].value)


@pytest.mark.parametrize("word", ["010", "00", "-007", "+08", "0" * 50])
def test_a_leading_zero_is_ambiguous(word: str) -> None:
    [(line, column, message)] = faults(f"key: {word}\n")
    assert (line, column) == (1, 6)
    assert "ambiguous" in message


@pytest.mark.parametrize("number", ["9" * 1001, "0x" + "f" * 1001, "1" * 5000 + ".5"])
def test_a_number_of_thousands_of_digits_is_refused(number: str) -> None:
    assert faults(f"key: {number}\n") == [(1, 6, f"this number has {len(number)} characters")]


@pytest.mark.parametrize("text", ['key: "7"\n', "key: '7'\n", "key: !!str 7\n", "key: |-\n  7\n", "key: >-\n  7\n"])
def test_a_quoted_number_is_text(text: str) -> None:
    assert read(text) == {"key": "7"}


@pytest.mark.parametrize(
    ("tagged", "value"),
    [
        ('!!int "7"', 7), ("!!bool 'true'", True), ('!!null ""', None), ("!!str true", "true"), ("!!seq [1]", [1]),
        ("!!map {a: 1}", {"a": 1}), ("!<tag:yaml.org,2002:str> 7", "7"),
    ],
)  # fmt: skip
def test_the_tags_of_the_core_schema_are_obeyed(tagged: str, value: object) -> None:
    assert plain(read(f"key: {tagged}\n")) == {"key": value}


@pytest.mark.parametrize(("word", "value"), [("7", 7.0), ("1.5", 1.5)])
def test_the_tag_float_makes_a_fractional_number(word: str, value: float) -> None:
    assert read(f"key: !!float {word}\n")["key"].value == value


@pytest.mark.parametrize(
    "tagged",
    [
        "!!int x", "!!int 1.5", "!!int true", "!!bool yes", "!!null x", "!!float x", "!!float true", "!!int 010",
        "!x y", "! x", "!!set {a: }", "!!map [a]", "!!seq {a: b}", "!!str {a: b}", "!!map x",
        "!!timestamp 2024-01-31",
    ],
)  # fmt: skip
def test_any_other_use_of_a_tag_is_an_error(tagged: str) -> None:
    [(line, column, _)] = faults(f"key: {tagged}\n")
    assert (line, column) == (1, 6)


def test_a_tag_on_a_key_is_obeyed_or_refused() -> None:
    assert read("!!str 7: x\n") == {"7": "x"}
    assert faults("!x key: y\n") == [(1, 1, "the tag `!x` cannot be used here")]


def test_a_value_refused_by_the_reader_is_marked_broken() -> None:
    file = SourceFile("file.yaml", "a: 010\nb: *c\nd: !x y\ne: 1\n")
    assert reader.read(file) == {"a": BROKEN, "b": BROKEN, "d": BROKEN, "e": 1}
    assert repr(BROKEN) == "BROKEN"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("a: 1\nb: 2\na: 3\n", [(3, 1)]),
        ("{a: 1, 'a': 2, \"a\": 3}\n", [(1, 8), (1, 16)]),
        ("x: {a: 1}\ny: {a: 1}\n", []),
        ("&k a: 1\n*k : 2\n", [(2, 1)]),
    ],
)
def test_a_repeated_key_is_an_error(text: str, places: list[tuple[int, int]]) -> None:
    assert [(line, column) for line, column, _ in faults(text)] == places


def test_the_first_of_repeated_keys_stands() -> None:
    file = SourceFile("file.yaml", "a: 1\na: 2\n")
    assert reader.read(file) == {"a": 1}


def test_what_is_wrong_below_a_repeated_key_is_still_said() -> None:
    assert [(line, column) for line, column, _ in faults("a: 1\na: {b: 010}\n")] == [(2, 1), (2, 8)]


@pytest.mark.parametrize("key", ["7", "1.5", "true", "~", "[a]", "{a: b}", "? ", "!x y", "*nothing ", "010"])
def test_a_key_that_is_not_text_is_an_error_wherever_it_stands(key: str) -> None:
    for text in (f"{key}: 1\n", f"x: {{{key}: 1}}\n") if key != "? " else ("? \n: 1\n",):
        assert len(faults(text)) == 1


def test_a_number_that_was_quoted_as_a_key_once_must_be_quoted_again() -> None:
    assert [(line, column) for line, column, _ in faults('a: {"7": x}\nb: {7: x}\nc: {7: x}\n')] == [(2, 5), (3, 5)]


def test_a_quoted_merge_key_is_a_key_like_any_other() -> None:
    assert read("'<<': 1\n") == {"<<": 1}


@pytest.mark.parametrize(
    "text",
    [
        "token: hunter2\n", "TOKEN: hunter2\n", "'token': hunter2\n", "a: [{b: {token: hunter2}}]\n",
        "? token\n: hunter2\n", "token: *hunter2\n", "token: !hunter2 x\n", "token: [hunter2, {hunter2: 010}]\n",
        "a: &k token\nb: {*k : hunter2}\n",
    ],
)  # fmt: skip
def test_a_token_is_an_error_and_its_value_is_never_kept(text: str) -> None:
    file = SourceFile("file.yaml", text)
    value = reader.read(file)
    [fault] = file.errors()
    assert "SARV_TOKEN" in str(fault.hint)
    assert fault.excerpt is None
    assert "hunter2" not in repr((value, fault))


@pytest.mark.parametrize(
    "text",
    [
        "token: |\n  hunter2\n  hunter3\nx: 010\n",
        "{token: hunter2, x: 010}\n",
        "{token:\n  hunter2, x: 010}\n",
        "{x: 010, token: [\n hunter2], y: 010}\n",
        "token: hunter2\nx: [\n",
        "token:\n  hunter2\n   : [\n",
        "? token\n: {hunter2\n",
    ],
)
def test_no_fault_beside_a_token_shows_its_lines(text: str) -> None:
    file = SourceFile("file.yaml", text)
    reader.read(file)
    found = list(file.errors())
    assert len(found) > 1
    assert "hunter" not in repr(found)


def test_a_fault_far_from_a_token_shows_its_line() -> None:
    file = SourceFile("file.yaml", "token: |\n  hunter2\nx: 010\n")
    reader.read(file)
    assert [fault.excerpt for fault in file.errors()] == [None, "x: 010"]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_a_hundred_levels_are_allowed_and_one_more_is_not(opening: str) -> None:
    closing = {"[": "]", "{a: ": "}"}.get(opening, "")
    if opening != "? ":
        read(opening * 100 + "x" + closing * 100 + "\n")
    [(line, column, message)] = faults(opening * 101 + "x" + closing * 101 + "\n")
    assert (line, column) == (1, 100 * len(opening) + 1)
    assert "more than 100" in message


def test_depth_never_ends_in_a_recursion_error() -> None:
    def deeper(levels: int) -> list[tuple[int | None, int | None, str]]:
        return faults("[" * 100_000) if levels == 0 else deeper(levels - 1)

    assert len(deeper(sys.getrecursionlimit() // 3)) == 1


@pytest.mark.parametrize(
    ("text", "key", "key_place", "value_place"),
    [
        ("a:\n  b: 1\n", "b", (2, 3), (2, 6)),
        ("a: {b: 1}\n", "b", (1, 5), (1, 8)),
        ('a: {"é😀": 1, b: [x]}\n', "b", (1, 14), (1, 17)),
        ("a:\n  b:\n    - x\n", "b", (2, 3), (3, 5)),
        ("a:\n  ? b\n  : 1\n", "b", (2, 5), (3, 5)),
        ("a: {b: &x !!int 1}\n", "b", (1, 5), (1, 8)),
    ],
)
def test_columns_count_characters_from_one(
    text: str, key: str, key_place: tuple[int, int], value_place: tuple[int, int]
) -> None:
    file = SourceFile("file.yaml", text)
    inner = reader.read(file)["a"]
    assert file.source(inner.key_at(key)) == ("file.yaml", *key_place)
    assert file.source(inner.value_at(key)) == ("file.yaml", *value_place)


@pytest.mark.parametrize(
    "text", ["", "\n\n", "# only a comment\n", "---\n", "---\n...\n", "~\n", "null\n", "!!null x\n"]
)
def test_a_file_that_says_nothing_is_an_error(text: str) -> None:
    assert len(faults(text)) == 1


def test_a_document_may_be_marked_as_one() -> None:
    assert read("%YAML 1.2\n---\na: 1\n...\n# the end\n") == {"a": 1}
