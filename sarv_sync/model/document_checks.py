"""Whether a JSON value is a document of some kind, and if not, what is wrong with it in words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from sarv_sync.errors import Fault, InputError
from sarv_sync.schema_files import schema
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

DocumentName = Literal["plan", "snapshot"]
"""What is read again, and so checked; its schema bears the same name."""

_FAULTS_MAX = 20
_SHOWN_MAX = 60

_TYPES = {
    "object": "an object",
    "array": "a list",
    "string": "text",
    "integer": "an integer",
    "boolean": "true or false",
    "null": "null",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: what people call it (and its schema is called), its format, and how to get another."""

    name: DocumentName
    format: str
    hint: str

    def check(self, document: object) -> dict[str, Any]:
        """Return `document`, now known to follow the schema.

        Raises `InputError` with one fault for each thing that is wrong, up to 20.
        """
        if not isinstance(document, dict):
            raise self.error([f"a {self.name} is a JSON object, and this is {_shown(document)}"])
        written = document.get("format")
        if written != self.format:
            raise self.error([f"the format is {_shown(written)}, and this version reads {self.format}"])
        if faults := self._against_schema(document):
            raise self.error(faults)
        return document

    def error(self, messages: list[str]) -> InputError:
        """Return the error for a document of which `messages` say what is wrong."""
        shown = messages[:_FAULTS_MAX]
        if len(messages) > len(shown):
            shown.append(f"and {len(messages) - len(shown)} more of the kind")
        faults = tuple(Fault(text, self.hint) for text in shown)
        return InputError(f"this is not a {self.name} that can be used", self.hint, faults=faults)

    def _against_schema(self, document: dict[str, Any]) -> list[str]:
        """Return what the schema has against `document`.

        Code made from the schema proves the good document, far faster; only a bad one is explained.
        """
        if fits(document, self.name):
            return []
        found = validator(self.name).iter_errors(document)
        errors = sorted(found, key=lambda error: [str(part) for part in error.absolute_path])
        whole = f"the {self.name}"
        return list(dict.fromkeys(f"{_path(error.absolute_path) or whole}: {_words(error)}" for error in errors))


def fits(document: dict[str, Any], name: DocumentName) -> bool:
    """Say whether `document` follows the schema called `name`."""
    if name == "plan":
        from sarv_sync.compiled import plan

        return plan.document(document)
    from sarv_sync.compiled import snapshot

    return snapshot.document(document)


def validator(name: DocumentName) -> Validator:
    """Return a validator for which 10.0 is no integer: it would come back as another text than was approved."""
    from jsonschema import Draft202012Validator, validators

    checker = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int)
    strict = validators.extend(Draft202012Validator, type_checker=checker)  # type: ignore[no-untyped-call]
    made: Validator = strict(schema(name))
    return made


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
    return path.removeprefix(".")


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return _TYPES["object" if isinstance(value, dict) else "array"]
    text = json.dumps(value, default=repr)
    return text if len(text) <= _SHOWN_MAX else f"{text[: _SHOWN_MAX - 1]}…"
