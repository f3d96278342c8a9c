"""What the schema says no to, in words. Imported only for a file that is wrong: `jsonschema` takes long to load."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from sarv_sync.config.advice import advice
from sarv_sync.config.endpoint import endpoint_problem
from sarv_sync.config.nodes import BROKEN, Map, Seq
from sarv_sync.config.sink_values import OUTSIDE_HINT
from sarv_sync.config.sinks_section import own_sink_keys
from sarv_sync.config.state_section import own_keys
from sarv_sync.config.structure import part_schema
from sarv_sync.config.wording import found, listed, nearest, one_of, shown
from sarv_sync.model.backends import ENVIRONMENT_HINT, names_secret

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jsonschema import ValidationError

    from sarv_sync.config.source_file import SourceFile
    from sarv_sync.config.structure import Part

Path = tuple[str | int, ...]

_ABOUT_KEYS = {"required", "additionalProperties", "anyOf"}
"""What is said of a mapping's keys: what it holds is no less right for that."""

_PRIVATE = re.compile(r"private|secret|sign|^key$", re.IGNORECASE)
"""What a private key would be called."""

_PRIVATE_HINT = "take it out: the private key comes from SARV_SNAPSHOT_KEY or SARV_SNAPSHOT_KEY_FILE"


def explain(file: SourceFile, data: Map, part: Part) -> None:
    """Record in `file` all that the schema of `part` says no to in `data`; put BROKEN where values are wrong."""
    errors = list(Draft202012Validator(part_schema(part)).iter_errors(data))
    for error in errors:
        _report(file, data, error, part)
    of_values = (one for one in errors if one.validator not in _ABOUT_KEYS)
    paths = [tuple(error.absolute_path) for error in of_values if not _about_key(error)]
    for path in sorted(paths, key=len, reverse=True):
        _break(data, path)


def not_a_mapping(file: SourceFile, data: Any) -> None:
    """Record that a file holds something other than keys and values."""
    if data is BROKEN:
        return
    at = data.at if isinstance(data, Seq) else len(file.text) - len(file.text.lstrip())
    file.error(
        at,
        f"the file must be a mapping, not {found(data, file.text[at:])}",
        "write `key: value` lines; begin with `version: 1`",
    )


def _report(file: SourceFile, data: Map, error: ValidationError, part: Part) -> None:
    if error.instance is BROKEN:
        return
    path: Path = tuple(error.absolute_path)
    if _about_key(error):
        _bad_name(file, _walk(data, path), error)
    elif error.validator == "additionalProperties":
        _unknown_keys(file, _walk(data, path), error, part)
    elif error.validator == "required":
        _missing_keys(file, data, path, error)
    elif error.validator == "anyOf":
        _missing_choice(file, data, path, error)
    else:
        _bad_value(file, data, path, error)


def _schema(error: ValidationError) -> dict[str, Any]:
    """Return the part of the schema that says no."""
    rule: Any = error.schema
    return dict(rule)


def _about_key(error: ValidationError) -> bool:
    return "propertyNames" in error.absolute_schema_path


def _walk(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def _break(data: Map, path: Path) -> None:
    """Put BROKEN at `path`, unless what holds it is broken already: an alias shows one thing in several places."""
    holder: Any = data
    for step in path[:-1]:
        holder = BROKEN if holder is BROKEN else holder[step]
    if holder is not BROKEN:
        holder[path[-1]] = BROKEN


def _place(data: Map, path: Path) -> int:
    """Return the offset of the value at `path`."""
    if not path:
        return data.at
    parent, last = _walk(data, path[:-1]), path[-1]
    if isinstance(parent, Seq):
        return parent.marks[int(last)]
    at: int = parent.value_at(last)
    return at


def _bad_name(file: SourceFile, parent: Map, error: ValidationError) -> None:
    word = str(error.instance)
    better = "".join(char if char.isascii() and (char.isalnum() or char in "._-") else "-" for char in word.lower())
    better = better.lstrip("._-")[:63].rstrip("._-")
    hint = f"write `{better}`" if better else "write a name such as `billing`"
    file.error(parent.key_at(word), f"`{shown(word)}` {_schema(error)['errorMessage']}", hint)


def _unknown_keys(file: SourceFile, parent: Map, error: ValidationError, part: Part) -> None:
    known, secret_hint = _known(parent, error)
    for key in parent:
        if key in _schema(error)["properties"]:
            continue
        if part == "included" and not error.absolute_path and key in part_schema("main")["properties"]:
            message = f"`{key}` cannot stand in an included file"
            file.error(parent.key_at(key), message, "move it to the main file; here only `users` and `removed` stand")
            continue
        close = nearest(key, known)
        hint = f"did you mean `{close}`?" if close else f"known keys here: {listed(known)}"
        hint = secret_hint if secret_hint and names_secret(key) else hint
        private = tuple(error.absolute_path) == ("snapshot",) and _PRIVATE.search(key) is not None
        hint = _PRIVATE_HINT if private else hint
        file.error(parent.key_at(key), f"unknown key `{shown(key)}`", hint, hidden=private)


def _known(parent: Map, error: ValidationError) -> tuple[Sequence[str], str | None]:
    """Return what can be written in `parent`, and what to say of a password there that is not a user's."""
    match tuple(error.absolute_path):
        case ("state",):
            return own_keys(parent), ENVIRONMENT_HINT
        case ("credentials", int()):
            return own_sink_keys(parent), OUTSIDE_HINT
        case _:
            return sorted(_schema(error)["properties"]), None


def _missing_keys(file: SourceFile, data: Map, path: Path, error: ValidationError) -> None:
    for key in _schema(error)["required"]:
        if key not in _walk(data, path):
            example = _schema(error)["properties"][key]["examples"][0]
            written = json.dumps(example) if isinstance(example, dict) else example
            file.error(_place(data, path), f"`{key}` is missing", f"add `{key}: {written}`")


def _missing_choice(file: SourceFile, data: Map, path: Path, error: ValidationError) -> None:
    """Record that a mapping has none of the keys of which it needs one."""
    schema = _schema(error)
    keys = [key for choice in schema["anyOf"] for key in choice["required"]]
    example = schema["properties"][keys[0]]["examples"][0]
    file.error(_place(data, path), f"{one_of(keys)} is missing", f"add `{keys[0]}: {example}`")


def _bad_value(file: SourceFile, data: Map, path: Path, error: ValidationError) -> None:
    name = _named(path)
    if path[-2:] == ("account", "endpoint") and isinstance(error.instance, str):
        message, hint, hidden = endpoint_problem(error.instance)
        file.error(_place(data, path), message, hint, hidden=hidden)
        return
    at = _place(data, path)
    if path[0] == "credentials" and names_secret(str(path[-1])) and path[-1] != "secret":
        file.error(at, f"{name} {_schema(error)['errorMessage']}", 'write it in quotes: "{password}"', hidden=True)
        return
    written = file.text[at : at + 80]
    right_kind = error.validator in {"uniqueItems", "minProperties"}
    instead = "" if right_kind else f", not {found(error.instance, written)}"
    message = f"{name} {_schema(error)['errorMessage']}{instead}"
    file.error(at, message, advice(_schema(error), error.instance, written))


def _named(path: Path) -> str:
    match path:
        case (*_, outer, int() as index):
            return f"item {index + 1} of `{shown(str(outer))}`"
        case _:
            return f"`{shown(str(path[-1]))}`"
