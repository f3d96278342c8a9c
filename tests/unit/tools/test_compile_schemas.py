"""What is made from the schemas is in step with them, and means what they mean."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, validators

from sarv_sync.schema_files import SchemaName, schema
from tools.compile_schemas import FOLDER, OFFERED, UnknownRule, compiled

OF_INTEGERS = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int)
Strict: Any = validators.extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, type_checker=OF_INTEGERS
)
"""Draft 2020-12, but that no float is an integer."""


@pytest.mark.parametrize("name", OFFERED)
def test_every_module_is_what_its_schema_compiles_to(name: SchemaName) -> None:
    written = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    assert compiled(name, schema(name), OFFERED[name]) == written, "run .venv/bin/python tools/compile_schemas.py"


def test_there_is_no_module_that_nothing_writes() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} == {"__init__", "rules", *OFFERED}


@pytest.mark.parametrize(
    "rule",
    [
        {"format": "email"},
        {"type": "number"},
        {"type": "integer", "multipleOf": 2},
        {"type": "string", "minimum": 1},
        {"minimum": 1},
        {"type": ["integer", "null"], "enum": [1]},
        {"type": "integer", "enum": [1, True]},
        {"enum": [1]},
        {"const": 1},
        {"const": {}},
        {"type": "array", "uniqueItems": True},
        {"type": "array", "uniqueItems": True, "items": {"type": "integer"}},
        {"type": "object", "additionalProperties": False},
        {"type": "object", "additionalProperties": {"type": "string"}, "properties": {"a": {"type": "null"}}},
        {"type": "object", "patternProperties": {"a": {}}},
        {"if": {"type": "null"}, "then": {"type": "null"}},
        {"$ref": "#/$defs/text", "minLength": 1},
        {"allOf": [{"type": "null"}]},
    ],
    ids=json.dumps,
)
def test_what_cannot_be_held_to_is_not_passed_over(rule: dict[str, Any]) -> None:
    whole = {"type": "object", "properties": {"a": rule}, "$defs": {"text": {"type": "string"}}}
    with pytest.raises((UnknownRule, KeyError)):
        compiled("x", whole, {"main": "#"})


KEYS = ("a", "b", "title")
TEXTS = st.sampled_from(["", "a", "ab", "abc\n", "é", "title"])
NUMBERS = st.integers(-2, 3)
LEAVES = st.one_of(
    st.builds(lambda low, high: {"type": "integer", "minimum": low, "maximum": high}, NUMBERS, NUMBERS),
    st.builds(lambda numbers: {"type": "integer", "enum": numbers}, st.lists(NUMBERS, min_size=1, unique=True)),
    st.builds(lambda least, most: {"type": "string", "minLength": least, "maxLength": most}, NUMBERS, NUMBERS),
    st.builds(lambda text: {"type": "string", "pattern": text}, st.sampled_from(["a", "^a", "b$", "^a$(?!\\n)"])),
    st.builds(
        lambda low: {"type": ["integer", "string", "boolean"], "minimum": low, "minLength": 1, "pattern": "a"},
        NUMBERS,
    ),
    st.builds(lambda texts: {"enum": texts}, st.lists(TEXTS | st.none(), min_size=1, unique=True)),
    st.builds(lambda value: {"const": value}, TEXTS | st.booleans() | st.none()),
    st.sampled_from([{"type": "boolean"}, {"type": "null"}, {"title": "anything"}, {"$ref": "#/$defs/text"}]),
    st.just({"type": "array", "items": {"type": "string"}, "uniqueItems": True}),
)


def _larger(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    known = st.dictionaries(st.sampled_from(KEYS), inner, min_size=1)
    needed = st.lists(st.sampled_from(KEYS), unique=True)
    kinds = st.sampled_from(["object", ["object", "null"], ["string", "object"]])
    return st.one_of(
        st.builds(
            lambda kind, keys, need: {
                "type": kind, "properties": keys, "required": need, "additionalProperties": False,
            },
            kinds, known, needed,
        ),
        st.builds(lambda keys, need: {"properties": keys, "required": need}, known, needed),
        st.builds(
            lambda kind, every: {
                "type": kind, "additionalProperties": every, "propertyNames": {"type": "string", "maxLength": 1},
                "minProperties": 1,
            },
            kinds, inner,
        ),
        st.builds(lambda item: {"type": ["array", "null"], "items": item, "minItems": 1, "maxItems": 2}, inner),
        st.builds(lambda choices: {"anyOf": choices}, st.lists(inner, min_size=1, max_size=2)),
        st.builds(lambda one, two, three: {"if": one, "then": two, "else": three}, inner, inner, inner),
    )  # fmt: skip


SCHEMAS = st.recursive(LEAVES, _larger, max_leaves=6)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS | st.sampled_from([1.0, 1.5]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from((*KEYS, "ab")), inner, max_size=3),
    max_leaves=5,
)


@given(SCHEMAS, st.lists(VALUES, min_size=1, max_size=8))
@settings(max_examples=500, deadline=None)
def test_the_code_means_what_the_schema_means(part: dict[str, Any], samples: list[Any]) -> None:
    whole = {"anyOf": [part], "$defs": {"text": {"type": "string"}}}
    module: dict[str, Any] = {}
    exec(compiled("x", whole, {"main": "#"}), module)
    judge = Strict(whole)
    for value in samples:
        assert module["main"](value) is judge.is_valid(value), value
