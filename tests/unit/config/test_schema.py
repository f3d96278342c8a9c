"""The published schema: fit for editors, the same to both validators, and in step with the program."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sarv_sync.config import explain, structure
from sarv_sync.config.nodes import BROKEN, Float, Map, Seq
from sarv_sync.config.reader import read
from sarv_sync.config.source_file import SourceFile
from sarv_sync.model import sinks
from sarv_sync.model.backends import OPTIONS
from sarv_sync.model.configuration import GUARD_NAMES, GuardLimit, Guards, StateSettings
from sarv_sync.model.users import FIELDS, LIMIT_MAX, PasswordPolicy
from sarv_sync.schema_files import schema
from sarv_sync.sinks.catalog import SINKS
from sarv_sync.state.catalog import BACKENDS
from sarv_sync.state.local import DEFAULT_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = schema("config")
ANNOTATIONS = {"title", "description", "examples", "default", "errorMessage"}
RULES = {
    "$ref", "type", "enum", "properties", "additionalProperties", "propertyNames", "required", "items", "uniqueItems",
    "minimum", "maximum", "minLength", "pattern", "minProperties", "anyOf",
}  # fmt: skip
"""What drafts 07 and 2020-12 mean the same by."""


def subschemas(node: dict[str, Any], path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    yield path, node
    for group in ("properties", "$defs"):
        for name, inner in node.get(group, {}).items():
            yield from subschemas(inner, f"{path}/{group}/{name}")
    for key in ("items", "additionalProperties", "propertyNames"):
        if isinstance(node.get(key), dict):
            yield from subschemas(node[key], f"{path}/{key}")


ALL = list(subschemas(SCHEMA))


def test_the_schema_is_valid_2020_12() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(("path", "node"), ALL, ids=[path for path, _ in ALL])
def test_every_part_keeps_to_what_both_drafts_mean_the_same_by(path: str, node: dict[str, Any]) -> None:
    extra = {"$schema", "$defs"} if path == "#" else set()
    assert set(node) <= RULES | ANNOTATIONS | extra
    if "$ref" in node:  # Draft 07 ignores what stands beside it, so only notes may.
        assert set(node) <= {"$ref"} | ANNOTATIONS
        assert node["$ref"].removeprefix("#/$defs/") in SCHEMA["$defs"]
    else:
        assert node["errorMessage"].startswith("must be ")


@pytest.mark.parametrize(("path", "node"), ALL, ids=[path for path, _ in ALL])
def test_every_key_has_a_title_and_a_description_and_every_example_is_valid(path: str, node: dict[str, Any]) -> None:
    resolved = SCHEMA["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
    if "/properties/" in path and "/" not in path.rpartition("/properties/")[2]:
        assert {"title", "description"} <= set(resolved)
    validator = Draft202012Validator({**node, "$defs": SCHEMA["$defs"]})
    for example in [*node.get("examples", []), *([node["default"]] if "default" in node else [])]:
        validator.validate(example)


@pytest.mark.parametrize(("path", "node"), ALL, ids=[path for path, _ in ALL])
def test_a_pattern_never_takes_a_line_break_at_the_end(path: str, node: dict[str, Any]) -> None:
    """In Python `$` also stands before a final line break; in an editor's ECMAScript it does not."""
    assert "pattern" not in node or node["pattern"].endswith("$(?!\\n)")


def test_the_schema_agrees_with_the_model() -> None:
    properties = SCHEMA["properties"]
    assert SCHEMA["$defs"]["limit"]["maximum"] == LIMIT_MAX
    assert tuple(SCHEMA["$defs"]["guards"]["properties"]) == (*GUARD_NAMES, "max_total_hourly", "max_raise")
    assert {key: str(getattr(Guards(), key)) for key in GUARD_NAMES} == {
        key: str(value) for key, value in SCHEMA["$defs"]["guards"]["default"].items()
    }
    assert tuple(SCHEMA["$defs"]["ignore_changes"]["items"]["enum"]) == FIELDS
    state = SCHEMA["$defs"]["state"]["default"]
    assert (state["backend"], state["path"]) == (StateSettings().backend, DEFAULT_PATH)
    written = {key: shape["type"] for key, shape in SCHEMA["$defs"]["state"]["properties"].items()}
    kinds = {"text": "string", "count": "integer", "flag": "boolean"}
    known = {key: kinds[kind] for options in OPTIONS.values() for key, kind in options.items()}
    assert written == {"backend": "string", "options": ["object", "null"], **known}
    assert set(BACKENDS) == set(OPTIONS)
    assert (properties["unmanaged"]["default"], properties["on_removal"]["default"]) == ("report", "disable")
    assert str(GuardLimit(30, percent=True)) == "30%"


def test_the_schema_has_the_settings_of_every_sink() -> None:
    written = {key: shape["type"] for key, shape in SCHEMA["$defs"]["sink"]["properties"].items()}
    kinds = {
        "text": "string", "template": "string", "duration": "string", "flag": "boolean", "texts": "array",
        "templates": "object",
    }  # fmt: skip
    known = {key: kinds[kind] for options in sinks.OPTIONS.values() for key, kind in options.items()}
    about_users = {"sink": "string", "only": "object", "verify": "string"}
    assert written == {**about_users, "options": ["object", "null"], **known}
    assert set(SINKS) == set(sinks.OPTIONS)
    rotation = (SCHEMA["$defs"][key]["default"] for key in ("rotation", "grace"))
    assert tuple(rotation) == (PasswordPolicy().rotation, f"{PasswordPolicy().grace / 3600:.0f}h")


VALID: dict[str, Any] = {
    "version": 1,
    "account": {
        "endpoint": "https://api.example.net/v1.0", "owner_id": "1", "smtp": {"host": "h", "port": 25},
        "settle": "1s",
    },
    "state": {"backend": "local", "path": "x"},
    "include": ["a.yaml"],
    "defaults": {"hourly_limit": 1, "status": "Enable", "grace": "7d"},
    "profiles": {"bulk": {"total_limit": 5, "rotation": "alternate"}},
    "credentials": [
        {"sink": "vault", "path": "{name}", "keys": {"k": "{password}"}, "verify": "smtp"},
        {"sink": "command", "command": ["a"], "timeout": "1s", "only": {"labels": {"k": "v"}}},
        {"sink": "kubernetes", "secret": "a", "via": "kubectl", "plaintext": True},
    ],
    "unmanaged": "report",
    "on_removal": "disable",
    "guards": {
        "max_creates": 5, "max_disables": "30%", "max_updates": "100%", "max_total_hourly": 0, "max_raise": "1.5x",
    },
    "budgets": [{"labels": {"k": "v"}, "hourly_limit": 5}, {"labels": {"k": "v"}, "total_limit": 5}],
    "require_labels": ["k"],
    "users": {
        "a": {
            "total_limit": 5, "hourly_limit": 5, "status": "Disable", "profile": "bulk",
            "ignore_changes": ["status"], "labels": {"k": "v"}, "description": "x",
            "smtp_user_name": "smtp1", "renamed_from": "b", "recreate": True, "rotate": {"every": "90d"},
            "alternate_smtp_user_name": "smtp2", "password_version": 2,
        },
        "c": None,
    },
    "removed": {"d": "forget"},
}  # fmt: skip

JUNK: list[Any] = [
    None, True, False, 0, 1, -1, 2, LIMIT_MAX, LIMIT_MAX + 1, 10**40, "", "x", "Enable", "30%", "101%", "5s", "a\n",
    "http://h", "http://h/\n", "https://u@h", "A", "é", "local", "disable", "never", "\x1b", [], ["status"],
    ["status", "status"], [1, True], [[], []], [{"a": 1}, {"a": 1}], {}, {"a": 1}, {"A": {}}, {"sink": "age"},
    {"sink": 1}, {"a\n": None},
]  # fmt: skip
PRIVATE: list[Any] = [Float(1.0), Float(1.5), Float(float("nan")), BROKEN, [BROKEN, BROKEN], [Float(1.0), Float(1.0)]]


def paths(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    for key in node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
        yield from paths(node[key], (*path, key))


PATHS = list(paths(VALID))


def mutated(changes: list[tuple[tuple[Any, ...], str, Any]]) -> dict[str, Any]:
    """Return the valid file with some values replaced or removed, or keys added; `path` says where."""
    data = copy.deepcopy(VALID)
    for path, how, junk in changes:
        parent: Any = data
        for step in path[:-1]:
            usable = isinstance(parent, dict) and step in parent
            usable = usable or (isinstance(parent, list) and isinstance(step, int) and step < len(parent))
            parent = parent[step] if usable else None
        if isinstance(parent, dict) and how == "remove":
            parent.pop(path[-1], None)
        elif isinstance(parent, dict):
            parent[path[-1] if how == "replace" else str(junk)] = copy.copy(junk) if how == "replace" else 1
        elif isinstance(parent, list):
            parent.append(copy.copy(junk))
    return data


def changes(junk: list[Any]) -> st.SearchStrategy[list[tuple[tuple[Any, ...], str, Any]]]:
    how = st.sampled_from(["replace", "remove", "add"])
    return st.lists(st.tuples(st.sampled_from(PATHS), how, st.sampled_from(junk)), max_size=4)


@settings(max_examples=500, deadline=None)
@given(changes(JUNK + PRIVATE), st.sampled_from(["main", "included"]))
def test_both_validators_always_agree(what: list[tuple[tuple[Any, ...], str, Any]], part: structure.Part) -> None:
    data = mutated(what)
    if part == "included":
        data = {key: value for key, value in data.items() if key in {"users", "removed", "state", "", "x"}}
    slow = Draft202012Validator(structure.part_schema(part)).is_valid(data)
    assert structure.conforms(data, part) == slow


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join(map(str, path)))
def test_both_validators_agree_on_every_single_change(path: tuple[Any, ...]) -> None:
    for junk in JUNK + PRIVATE:
        data = mutated([(path, "replace", junk)])
        assert structure.conforms(data, "main") == Draft202012Validator(SCHEMA).is_valid(data), junk


@settings(max_examples=300, deadline=None)
@given(changes(JUNK))
def test_whatever_the_schema_refuses_is_explained_and_nothing_else(
    what: list[tuple[tuple[Any, ...], str, Any]],
) -> None:
    file = SourceFile("file.yaml", json.dumps(mutated(what), indent=1))
    data = read(file)
    assert isinstance(data, Map)
    assert file.clean
    conforms = structure.conforms(data, "main")
    structure.check(file, data, "main")
    assert file.clean == conforms
    for fault in file.errors():
        assert fault.message.isprintable()
        assert fault.hint


def test_a_fractional_number_is_refused_by_both_validators_where_an_integer_is_wanted() -> None:
    for data in ({"version": Float(1.0)}, {"version": 1, "defaults": {"total_limit": Float(5.0)}}):
        assert not structure.conforms(data, "main")
        assert not Draft202012Validator(SCHEMA).is_valid(data)


def test_validating_changes_nothing() -> None:
    data: dict[str, Any] = {"version": 1, "account": {}, "state": {}, "guards": {}, "users": {"a": {}}}
    before = copy.deepcopy(data)
    assert structure.conforms(data, "main")
    assert data == before


def test_wrong_values_are_replaced_however_deep_they_stand_in_wrong_values() -> None:
    text = "version: 1\nusers: {a: {ignore_changes: [x, x], labels: {k: 1}}}\ncredentials: [{sink: 1}]\n"
    file = SourceFile("file.yaml", text)
    data = read(file)
    explain.explain(file, data, "main")
    assert data["users"]["a"]["ignore_changes"] is BROKEN
    assert data["users"]["a"]["labels"] == {"k": BROKEN}
    assert data["credentials"] == [{"sink": BROKEN}]


@pytest.mark.parametrize("text", ["- a\n", "a\n", "7\n", "1.5\n", "&x !!str a\n"])
def test_a_file_that_is_no_mapping_is_pointed_out_at_its_first_word(text: str) -> None:
    file = SourceFile("file.yaml", "\n" + text)
    assert structure.check(file, read(file), "included") is None
    [fault] = file.errors()
    assert (fault.line, fault.column) == (2, 1)


def test_sequences_and_mappings_know_where_they_begin() -> None:
    file = SourceFile("file.yaml", "a: [b, {c: d}]\n")
    items = read(file)["a"]
    assert isinstance(items, Seq)
    assert (items.at, items.marks, items[1].at) == (3, [4, 7], 7)
