"""What to write instead of a value that the schema refuses."""

from __future__ import annotations

import re
from typing import Any

from sarv_sync.config.nodes import Float, Seq
from sarv_sync.config.wording import nearest, one_of, shown, word

_DIGITS = re.compile(r"[0-9]{1,12}\Z")
_PERCENT = re.compile(r"[0-9]{1,12} *%\Z")
_GROUPED = re.compile(r"[0-9]{1,3}([_, ']?[0-9]{1,3})+\Z")
_SIXTIES = re.compile(r"[0-9]+(:[0-5]?[0-9])+\Z")


def advice(schema: dict[str, Any], value: Any, written: str) -> str:
    """Return a hint on how to satisfy `schema`, given the wrong `value` and the text it was `written` as."""
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if "enum" in schema:
        return _choice(schema["enum"], value)
    if "integer" in types:
        return _number(schema, value, written)
    if types == ["string"]:
        return _text(schema, value, written)
    return _other(schema, types, value)


def _other(schema: dict[str, Any], types: list[str], value: Any) -> str:
    if "boolean" in types:
        return "write true or false" + (
            ", without quotes" if isinstance(value, str) and value in {"true", "false"} else ""
        )
    if "required" in schema:
        return f"write a mapping such as `{{{schema['required'][0]}: …}}`"
    if "array" in types:
        return "write each item once" if isinstance(value, Seq) else "write a list: `[a, b]`, or one `- item` a line"
    if "minProperties" in schema:
        key, text = next(iter(schema["examples"][0].items()))
        return f"write a mapping such as `{{{key}: {text}}}`"
    return "write `key: value` lines below it, indented, or `{}`"


def _choice(choices: list[Any], value: Any) -> str:
    if isinstance(value, bool) and "Enable" in choices:
        return f"write {'Enable' if value else 'Disable'}"
    switches = {"on": "Enable", "yes": "Enable", "off": "Disable", "no": "Disable"}
    if isinstance(value, str) and "Enable" in choices and value.casefold() in switches:
        return f"write {switches[value.casefold()]}"
    words = [str(choice) for choice in choices]
    if isinstance(value, str) and value in words:
        return f"write {value} without quotes"
    close = nearest(value, words) if isinstance(value, str) else None
    return f"did you mean `{close}`?" if close else f"write {one_of(words)}"


def _number(schema: dict[str, Any], value: Any, written: str) -> str:
    example = " or ".join(str(example) for example in schema["examples"])
    if isinstance(value, int) and not isinstance(value, bool):
        return _range(schema, value)
    if isinstance(value, Float):
        whole = value.value.is_integer() and abs(value.value) < 1e15
        return f"write {int(value.value)}" if whole else f"write a whole number such as {example}"
    if isinstance(value, str):
        return _misread(value, written, example)
    return f"write a whole number such as {example}"


def _misread(value: str, written: str, example: str) -> str:
    if _PERCENT.match(value) and "%" in example:
        return f"write a percentage from 0% to 100%, such as {min(int(value.rstrip('% ')), 100)}%"
    if _DIGITS.match(value):
        return f"write {int(value)} without quotes" if written[:1] in "\"'" else f"write {int(value)}"
    if _GROUPED.match(value):
        digits = re.sub("[^0-9]", "", value)
        return f"write {int(digits)}: digits only, nothing between them"
    if _SIXTIES.match(value):
        return f"`{shown(value)}` is text here; older YAML reads it as a number in base 60. Write digits only"
    return f"write a whole number such as {example}"


def _range(schema: dict[str, Any], value: int) -> str:
    if value > schema["maximum"]:
        return f"write at most {schema['maximum']}"
    least = schema["minimum"]
    switch = (
        "; to stop a user from sending, write `status: Disable`"
        if schema["maximum"] == 2_147_483_647 and least
        else ""
    )
    return f"write at least {least}{switch}"


def _text(schema: dict[str, Any], value: Any, written: str) -> str:
    example = schema.get("examples", [""])[0]
    if isinstance(value, bool | int | Float):
        return _quoted(schema, value, written)
    if isinstance(value, str) and value:
        return f"write it in this form: {example}"
    return f"write a text such as {example}" if example else "write a text"


def _quoted(schema: dict[str, Any], value: Any, written: str) -> str:
    """Return what makes a text of a number, or of a truth value."""
    unit = schema.get("examples", [""])[0].lstrip("0123456789.")
    if not isinstance(value, bool) and "duration" in schema["errorMessage"]:
        return f"add the unit: {word(written)}{unit}"
    if "factor" in schema["errorMessage"]:
        with_unit = f"{word(written)}{unit}"
        return f"write {with_unit}" if re.search(schema["pattern"], with_unit) else "write a factor from 1x on"
    return f'quote it: "{word(written)}"'
