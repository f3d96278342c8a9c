"""Explicit tags. The core schema's are obeyed, every other is refused: tags name types, and types run code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yaml.events import MappingStartEvent

from sarv_sync.config.nodes import BROKEN, Float
from sarv_sync.config.scalars import CORE, Problem, resolve
from sarv_sync.config.wording import shown

if TYPE_CHECKING:
    from sarv_sync.config.source_file import SourceFile

_SCALARS = ("str", "int", "bool", "null", "float")


def scalar(file: SourceFile, event: Any) -> Any:
    """Return the value of a scalar event with a tag, BROKEN if the two do not go together."""
    tag, at, word = str(event.tag), event.start_mark.index, str(event.value)
    name = tag.removeprefix(CORE)
    if tag == name or name not in _SCALARS:
        return _refuse(file, at, tag)
    if name == "str":
        return word
    value = resolve(word)
    if isinstance(value, Problem):
        file.error(at, value.message, value.hint)
        return BROKEN
    if _fits(name, value):
        return Float(float(value)) if name == "float" and isinstance(value, int) else value
    file.error(
        at, f"`{shown(word)}` is not what `!!{name}` says it is", "drop the tag, or write a value of that type"
    )
    return BROKEN


def _fits(name: str, value: Any) -> bool:
    match name, value:
        case ("bool", bool()) | ("null", None) | ("float", Float()):
            return True
        case (("int" | "float"), int()):
            return not isinstance(value, bool)
    return False


def fits_collection(file: SourceFile, event: Any) -> bool:
    """Whether the tag of the event that begins a mapping or sequence says just that; report it if not."""
    wanted = "map" if isinstance(event, MappingStartEvent) else "seq"
    if event.tag == CORE + wanted:
        return True
    _refuse(file, event.start_mark.index, str(event.tag))
    return False


def _refuse(file: SourceFile, at: int, tag: str) -> Any:
    name = tag.removeprefix(CORE)
    written = tag if tag == name else f"!!{name}"
    file.error(
        at,
        f"the tag `{shown(written)}` cannot be used here",
        "drop the tag; quote a text that begins with `!`",
    )
    return BROKEN
