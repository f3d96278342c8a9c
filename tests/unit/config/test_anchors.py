"""Anchors and aliases, and how much they may stand for."""

from __future__ import annotations

from typing import Any

import pytest

from sarv_sync.config import anchors, reader
from sarv_sync.config.nodes import Map, Seq
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


def test_an_alias_is_the_value_it_names() -> None:
    assert read("a: &x [1]\nb: *x\nc: &y 7\nd: *y\n&k e: *k\n") == {"a": [1], "b": [1], "c": 7, "d": 7, "e": "e"}


def test_a_later_anchor_replaces_an_earlier_one() -> None:
    assert read("a: &x 1\nb: &x 2\nc: *x\n") == {"a": 1, "b": 2, "c": 2}


@pytest.mark.parametrize("text", ["a: &x [*x]\n", "a: &x {b: *x}\n", "&x a: &y {c: {d: *y}}\n", "&x {a: [*x]}\n"])
def test_a_recursive_alias_is_an_error(text: str) -> None:
    [(_, _, message)] = faults(text)
    assert "stands inside the very value it names" in message


def nodes(value: Any) -> int:
    if isinstance(value, Map):
        return 1 + sum(1 + nodes(child) for child in value.values())
    return 1 + sum(map(nodes, value)) if isinstance(value, Seq) else 1


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("a: &x [1, 2]\nb: *x\n", 3),
        ("a: &x {k: 1, l: [1]}\nb: [*x, *x]\n", 12),
        ("a: &x [1, 2]\nb: &y [*x, *x]\nc: *y\n", 13),
        ("a: &x {i: &i {j: 1}}\nb: *i\nc: *x\nd: *i\n", 11),
        ("a: &x 1\nb: [*x, *x, *x]\n", 3),
    ],
)
def test_aliased_nodes_count_at_each_use(text: str, expanded: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anchors, "MOST_NODES", expanded)
    read(text)
    monkeypatch.setattr(anchors, "MOST_NODES", expanded - 1)
    [(_, _, message)] = faults(text)
    assert "aliases up to here" in message


def test_a_million_aliased_nodes_are_allowed_and_one_more_is_not() -> None:
    text = "a: &a [" + "1," * 999 + "]\nb: [" + "*a," * 1000 + "]\n"
    assert len(read(text)["b"]) == 1000
    [(line, column, _)] = faults(text + "c: &c 1\nd: *c\n")
    assert (line, column) == (4, 4)


def test_nodes_that_are_no_aliases_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anchors, "MOST_NODES", 1)
    assert len(read("a: &a 1\nb: *a\nc: [" + "1," * 5000 + "]\n")["c"]) == 5000
