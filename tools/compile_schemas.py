"""Writes the modules of sarv_sync/compiled from the schemas: `python tools/compile_schemas.py`.

A test fails when they differ. What comes out only says yes or no, and is fast for it. It means what Draft 2020-12
means, but for one thing: no float is an integer, not even 1.0. Of the draft it knows what the schemas need; at
anything else it stops, rather than write a module that lets something through.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).parent.parent / "schemas"
FOLDER = Path(__file__).parent.parent / "sarv_sync" / "compiled"
OFFERED = {
    "config": {"main": "#", "included": "#/$defs/included"},
    "plan": {"document": "#"},
    "snapshot": {"document": "#"},
}
"""For each schema that files are held to: the functions of its module, and which part of the schema each checks."""

NOTES = {"$schema", "$id", "$defs", "title", "description", "examples", "default", "errorMessage"}
"""What asks for nothing."""

_IS = {
    "object": "isinstance(value, dict)",
    "array": "isinstance(value, list)",
    "string": "isinstance(value, str)",
    "integer": "type(value) is int",
    "boolean": "isinstance(value, bool)",
    "null": "value is None",
}

_ABOUT = {
    "object": ("minProperties", "required", "propertyNames", "properties", "additionalProperties"),
    "array": ("minItems", "maxItems", "items", "uniqueItems"),
    "string": ("minLength", "maxLength", "pattern"),
    "integer": ("minimum", "maximum"),
}
"""What can be asked of values of one type alone."""

_BOUNDS = {
    "minProperties": "len(value) >= {}",
    "minItems": "len(value) >= {}",
    "maxItems": "len(value) <= {}",
    "minLength": "len(value) >= {}",
    "maxLength": "len(value) <= {}",
    "minimum": "value >= {}",
    "maximum": "value <= {}",
}

_HEAD = '''\
"""The schema of `{name}` as code, written by `python tools/compile_schemas.py`."""

# fmt: off
# ruff: noqa: E501

from __future__ import annotations

from sarv_sync.compiled import rules

'''

Schema = dict[str, Any]


class UnknownRule(ValueError):
    """A schema asks for something in a way that the compiler does not know."""


def compiled(name: str, schema: Schema, offered: dict[str, str]) -> str:
    """Return the module of the schema called `name`, with a function for each reference of `offered`.

    Raises `UnknownRule` if there is anything in the schema that the module would not hold a value to.
    """
    module = _Module(schema)
    for function, reference in offered.items():
        module.offer(function, reference)
    return "\n".join([_HEAD.format(name=name), *module.blocks])


class _Module:
    """A module on its way. Parts that ask for the same share a function, and whatever one calls stands above it."""

    def __init__(self, schema: Schema) -> None:
        self.blocks: list[str] = []
        self._schema = schema
        self._names: dict[str, str] = {}
        """Of functions by their tests, of tables by their entries."""

    def offer(self, function: str, reference: str) -> None:
        test = self._test(self._part(reference))
        self._define(function, test, f"Whether `value` is what the schema describes at `{reference}`.")

    def _define(self, function: str, test: str, says: str | None = None) -> None:
        docstring = "" if says is None else f'    """{says}"""\n'
        self.blocks.append(f"def {function}(value: object) -> bool:\n{docstring}    return {test}\n")

    def _part(self, reference: str) -> Schema:
        part = self._schema
        for step in reference.split("/")[1:]:
            part = part[step]
        return part

    def _function(self, part: Schema) -> str:
        """Return the name of the function that checks `part`; it is defined now if there is none yet."""
        rules = {key: rule for key, rule in part.items() if key not in NOTES}
        if rules.keys() == {"$ref"}:
            return self._function(self._part(rules["$ref"]))
        test = self._test(rules)
        if test not in self._names:
            self._names[test] = f"_{_kind(rules)}_{len(self._names) + 1}"
            self._define(self._names[test], test)
        return self._names[test]

    def _test(self, part: Schema) -> str:
        """Return an expression that is true of a `value` that fits `part`."""
        rules = {key: rule for key, rule in part.items() if key not in NOTES}
        tests = [self._typed(rules), _one_of(rules), self._choice(rules), self._condition(rules)]
        if rules:
            raise UnknownRule(f"cannot be compiled as it stands: {rules}")
        return _all(tests) or "True"

    def _typed(self, rules: Schema) -> str:
        """Return what is asked of the type, and of values of each type; take it out of `rules`, as all here do."""
        kinds = rules.pop("type", None)
        if kinds is None:
            of_objects = self._of_kind(rules, "object")
            return of_objects and f"(not {_IS['object']} or {of_objects})"
        if isinstance(kinds, str):
            return _all([_IS[kinds], self._of_kind(rules, kinds), _one_number(rules) if kinds == "integer" else ""])
        tests = [_all([_IS[kind], self._of_kind(rules, kind)]) for kind in kinds]
        return f"({' or '.join(f'({test})' if ' and ' in test else test for test in tests)})"

    def _of_kind(self, rules: Schema, kind: str) -> str:
        asked = {key: rules.pop(key) for key in _ABOUT.get(kind, ()) if key in rules}
        tests = [_BOUNDS[key].format(rule) for key, rule in asked.items() if key in _BOUNDS]
        if kind == "object":
            tests += self._of_keys(asked)
        if "items" in asked:
            tests.append(f"all(map({self._function(asked['items'])}, value))")
        if "uniqueItems" in asked:
            tests.append(_unique(asked))
        if "pattern" in asked:
            tests.append(f"rules.pattern({_quoted(asked['pattern'])})(value) is not None")
        return _all(tests)

    def _of_keys(self, asked: Schema) -> list[str]:
        tests = [f"{_quoted(key)} in value" for key in asked.get("required", ())]
        if "propertyNames" in asked:
            tests.append(f"all(map({self._function(asked['propertyNames'])}, value))")
        match asked:
            case {"properties": dict(known), "additionalProperties": False}:
                tests.append(f"rules.closed({self._table(known)}, value)")
            case {"properties": dict(known)} if "additionalProperties" not in asked:
                tests.append(f"rules.opened({self._table(known)}, value)")
            case {"additionalProperties": dict(every)} if "properties" not in asked:
                tests.append(f"all(map({self._function(every)}, value.values()))")
            case {"additionalProperties": _} | {"properties": _}:
                raise UnknownRule(f"keys that cannot be compiled as they stand: {asked}")
        return tests

    def _table(self, known: dict[str, Schema]) -> str:
        """Return the name of the table from keys to what checks their values."""
        entries = "\n".join(f"    {_quoted(key)}: {self._function(part)}," for key, part in known.items())
        if entries not in self._names:
            self._names[entries] = f"_KEYS_{len(self._names) + 1}"
            self.blocks.append(f"{self._names[entries]}: rules.Checks = {{\n{entries}\n}}\n")
        return self._names[entries]

    def _choice(self, rules: Schema) -> str:
        choices = [f"{self._function(part)}(value)" for part in rules.pop("anyOf", ())]
        return f"({' or '.join(choices)})" if choices else ""

    def _condition(self, rules: Schema) -> str:
        """Return what `if`, `then` and `else` ask; the compiler wants all three."""
        if not rules.keys() >= {"if", "then", "else"}:
            return ""
        condition, then, otherwise = (f"{self._function(rules.pop(key))}(value)" for key in ("if", "then", "else"))
        return f"({then} if {condition} else {otherwise})"


def _one_of(rules: Schema) -> str:
    """Return what `const` or `enum` ask. They go by Python's `==`, so 1 must not meet True, nor 1.0."""
    if isinstance(rules.get("const"), bool):
        return f"value is {rules.pop('const')}"
    values = [rules.pop("const")] if "const" in rules else rules.pop("enum", None)
    if values is None:
        return ""
    if not all(value is None or isinstance(value, str) for value in values):
        raise UnknownRule(f"texts and null are compared, and nothing else: {values}")
    return _among([_quoted(value) for value in values])


def _one_number(rules: Schema) -> str:
    """Return what `enum` asks of integers; that the value is one is asked before."""
    values = rules.pop("enum", ())
    if not all(type(value) is int for value in values):
        raise UnknownRule(f"integers are compared with integers alone: {values}")
    return _among([str(value) for value in values])


def _among(values: list[str]) -> str:
    if len(values) < 2:
        return "".join(f"value == {value}" for value in values)
    return f"value in ({', '.join(values)})"


def _unique(asked: Schema) -> str:
    """Return the test that no item occurs twice; it comes after the one that all are texts."""
    if asked["uniqueItems"] is not True or asked.get("items", {}).get("type") != "string":
        raise UnknownRule(f"only texts can be told to occur once: {asked}")
    return "len(set(value)) == len(value)"


def _kind(rules: Schema) -> str:
    types = rules.get("type", "any")
    return types if isinstance(types, str) else "_or_".join(types)


def _all(tests: list[str]) -> str:
    return " and ".join(filter(None, tests))


def _quoted(value: str | None) -> str:
    return "None" if value is None else json.dumps(value)


def main() -> None:
    """Write every module anew."""
    for name, offered in OFFERED.items():
        schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
        (FOLDER / f"{name}.py").write_text(compiled(name, schema, offered), encoding="utf-8")


if __name__ == "__main__":
    main()
