"""Writes the tables of configuration.md from the schema: `python docs/generate.py`. A test fails when they differ."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SCHEMA = HERE.parent / "schemas" / "config.schema.json"
PAGE = HERE / "configuration.md"

_TABLE = re.compile(r"(<!-- table: ?(?P<where>\S*) -->\n).*?(<!-- end -->)", re.DOTALL)


def generated(page: str, schema: dict[str, Any]) -> str:
    """Return `page` with each table between `<!-- table: PATH -->` and `<!-- end -->` made anew.

    PATH leads to an object of the schema, its parts separated by dots; the top is empty.
    """

    def made_anew(found: re.Match[str]) -> str:
        return f"{found[1]}\n{_table(_object(schema, found['where']), schema)}\n\n{found[3]}"

    return _TABLE.sub(made_anew, page)


def _object(schema: dict[str, Any], where: str) -> dict[str, Any]:
    found = schema
    for part in filter(None, where.split(".")):
        found = found[part]
    return found


def _table(part: dict[str, Any], schema: dict[str, Any]) -> str:
    rows = ["| key | values, or an example | default | meaning |", "| --- | --- | --- | --- |"]
    for key, value in part["properties"].items():
        merged = _resolved(value, schema)
        meaning = merged["description"].replace("|", "\\|")
        rows.append(f"| `{key}` | {_values(merged)} | {_code(merged.get('default'))} | {meaning} |")
    return "\n".join(rows)


def _resolved(value: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Return `value` with what it refers to; its own words win."""
    target = value.get("$ref")
    return value if target is None else {**_object(schema, target.removeprefix("#/").replace("/", ".")), **value}


def _values(value: dict[str, Any]) -> str:
    if "enum" in value:
        return ", ".join(_code(word) for word in value["enum"])
    if value.get("type") == "boolean":
        return "`true`, `false`"
    examples = value.get("examples", [])
    return ", ".join(map(_code, examples)) if examples else "see below"


def _code(value: Any) -> str:
    return "" if value is None else f"`{_flow(value)}`"


def _flow(value: Any) -> str:
    """Return `value` in YAML's flow style."""
    match value:
        case dict():
            return "{" + ", ".join(f"{key}: {_flow(entry)}" for key, entry in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_flow, value)) + "]"
        case str() if value.isdigit() or set(value) & set("{}[],"):
            return f'"{value}"'
        case str():
            return value
        case _:
            return json.dumps(value)


def main() -> None:
    """Write the page."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    PAGE.write_text(generated(PAGE.read_text(encoding="utf-8"), schema), encoding="utf-8")


if __name__ == "__main__":
    main()
