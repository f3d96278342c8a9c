"""The published schema: fit for editors, and in step with the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

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
