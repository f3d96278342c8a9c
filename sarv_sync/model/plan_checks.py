"""Whether a JSON value is a plan, and if not, what is wrong with it in words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import Fault, InputError
from sarv_sync.model.plan import ACTIONS, IRREVERSIBLE
from sarv_sync.schema_files import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

PLAN_FORMAT = "sarv-sync-plan/1"
_FAULTS_MAX = 20
_SHOWN_MAX = 60
_HINT = "write the plan again with `sarv-sync plan --out FILE`"

_TYPES = {
    "object": "an object",
    "array": "a list",
    "string": "text",
    "integer": "an integer",
    "boolean": "true or false",
    "null": "null",
}


def check_document(document: object) -> dict[str, Any]:
    """Return `document`, now known to follow the plan's schema and to agree with itself.

    Raises `InputError` with one fault for each thing that is wrong, up to 20.
    """
    if not isinstance(document, dict):
        raise _error([f"a plan is a JSON object, and this is {_shown(document)}"])
    written = document.get("format")
    if written != PLAN_FORMAT:
        raise _error([f"the format is {_shown(written)}, and this version reads {PLAN_FORMAT}"])
    if faults := _against_schema(document):
        raise _error(faults)
    if faults := [*_reversible(document["changes"]), *_summary(document)]:
        raise _error(faults)
    return document


def _error(messages: list[str]) -> InputError:
    shown = messages[:_FAULTS_MAX]
    if len(messages) > len(shown):
        shown.append(f"and {len(messages) - len(shown)} more of the kind")
    return InputError(
        "this is not a plan that can be used", _HINT, faults=tuple(Fault(text, _HINT) for text in shown)
    )


def _against_schema(document: dict[str, Any]) -> list[str]:
    """Return what the schema has against `document`.

    Compiled code proves the good document, some ten times faster; only a bad one is explained.
    """
    if _fits(document):
        return []
    errors = sorted(_validator().iter_errors(document), key=lambda error: [str(part) for part in error.absolute_path])
    return list(dict.fromkeys(f"{_path(error.absolute_path)}: {_words(error)}" for error in errors))


def _fits(document: dict[str, Any]) -> bool:
    import fastjsonschema

    validate: Callable[[object], object] = fastjsonschema.compile(schema("plan"), use_default=False)
    try:
        validate(document)
    except fastjsonschema.JsonSchemaValueException:
        return False
    return not _holds_float(document)


def _holds_float(value: object) -> bool:
    """Return whether there is a float in a `value` that fits the schema, and so is not deep."""
    match value:
        case dict():
            return any(map(_holds_float, value.values()))
        case list():
            return any(map(_holds_float, value))
    return isinstance(value, float)


def _validator() -> Validator:
    """Return a validator for which 10.0 is no integer: it would come back as another text than was approved."""
    from jsonschema import Draft202012Validator, validators

    checker = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int)
    strict = validators.extend(Draft202012Validator, type_checker=checker)  # type: ignore[no-untyped-call]
    validator: Validator = strict(schema("plan"))
    return validator


def _words(error: ValidationError) -> str:
    found: Any = error.instance
    wanted: Any = error.validator_value
    rule: Any = error.schema
    match error.validator:
        case "required":
            return f"missing: {', '.join(key for key in wanted if key not in found)}"
        case "additionalProperties":
            return f"not known: {', '.join(_shown(key) for key in found if key not in rule['properties'])}"
        case "type":
            names = [wanted] if isinstance(wanted, str) else wanted
            return f"{_shown(found)} is not {' or '.join(_TYPES[name] for name in names)}"
        case "enum":
            return f"{_shown(found)} is not one of {', '.join(_shown(value) for value in wanted)}"
    return f"{_shown(found)} does not fit {error.validator} {_shown(wanted)}"


def _path(parts: Iterable[str | int]) -> str:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return path.removeprefix(".") or "the plan"


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return _TYPES["object" if isinstance(value, dict) else "array"]
    text = json.dumps(value, default=repr)
    return text if len(text) <= _SHOWN_MAX else f"{text[: _SHOWN_MAX - 1]}…"


def _reversible(changes: list[dict[str, Any]]) -> list[str]:
    return [
        f"changes[{index}].reversible: {change['action']} {'can' if right else 'cannot'} be undone"
        for index, change in enumerate(changes)
        if change["reversible"] is not (right := change["action"] not in IRREVERSIBLE)
    ]


def _summary(document: dict[str, Any]) -> list[str]:
    counts: dict[str, int] = dict.fromkeys(ACTIONS, 0)
    for change in document["changes"]:
        counts[change["action"]] += 1
    for part in ("blocked", "drift", "unmanaged"):
        counts[part] = len(document[part])
    said = document["summary"]
    return [
        f"summary.{key}: says {said[key]}, but the plan holds {count}"
        for key, count in counts.items()
        if said[key] != count
    ]
