"""Whether a file has the structure that the published schema describes.

`schemas/config.schema.json` is the only description there is. A compiled validator proves the good file; the bad
one is gone through again, slowly, by `explain`. The schema keeps to what drafts 07 and 2020-12 of JSON Schema have
in common, because the compiler knows drafts up to 07.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from sarv_sync.config.nodes import Map
from sarv_sync.schema_files import schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.config.source_file import SourceFile

Part = Literal["main", "included"]


@cache
def part_schema(part: Part) -> dict[str, Any]:
    """Return the schema of a main file, or of a file that a main file includes."""
    whole = schema("config")
    return whole if part == "main" else {**whole["$defs"]["included"], "$defs": whole["$defs"]}


@cache
def _validator(part: Part) -> Callable[[Any], Any]:
    import fastjsonschema

    # Defaults must not be written into the data, and a format is a note for people: 2020-12 does not enforce it.
    compiled: Callable[[Any], Any] = fastjsonschema.compile(
        part_schema(part), use_default=False, use_formats=False, detailed_exceptions=False
    )
    return compiled


def conforms(data: Any, part: Part) -> bool:
    """Whether `data` has the structure of `part`."""
    from fastjsonschema import JsonSchemaValueException

    try:
        _validator(part)(data)
    except JsonSchemaValueException:
        return False
    return True


def check(file: SourceFile, data: Any, part: Part) -> Map | None:
    """Return the top-level mapping of `file`, None if there is none; record in `file` what the schema says no to.

    Wrong values inside it are replaced by BROKEN, so that later checks pass over them.
    """
    if isinstance(data, Map):
        if not conforms(data, part):
            from sarv_sync.config import explain

            explain.explain(file, data, part)
        return data
    from sarv_sync.config import explain

    explain.not_a_mapping(file, data)
    return None
