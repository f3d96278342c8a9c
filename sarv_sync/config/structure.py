"""Whether a file has the structure that the published schema describes.

`schemas/config.schema.json` is the only description there is. Code that was made from it proves the good file; the
bad one is gone through again, slowly, by `explain`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from sarv_sync.compiled import config as compiled
from sarv_sync.config.names import Opened
from sarv_sync.config.nodes import Map
from sarv_sync.config.plain import not_plain
from sarv_sync.schema_files import schema

if TYPE_CHECKING:
    from sarv_sync.config.source_file import SourceFile

Part = Literal["main", "included"]


@cache
def part_schema(part: Part) -> dict[str, Any]:
    """Return the schema of a main file, or of a file that a main file includes."""
    whole = schema("config")
    return whole if part == "main" else {**whole["$defs"]["included"], "$defs": whole["$defs"]}


def conforms(data: Any, part: Part) -> bool:
    """Whether `data` has the structure of `part`."""
    return compiled.main(data) if part == "main" else compiled.included(data)


def check(file: SourceFile, data: Any, part: Part) -> Opened | None:
    """Return what `file` holds, None if that is no mapping; record in `file` what the schema says no to.

    Wrong values inside it are replaced by BROKEN, so that later checks pass over them.
    """
    if isinstance(data, Map):
        users = data.get("users")
        odd = not_plain(users) if isinstance(users, Map) else {}
        if not conforms({**data, "users": odd} if isinstance(users, Map) else data, part):
            from sarv_sync.config import explain

            explain.explain(file, data, part)
        return Opened(file, data, odd.keys())
    from sarv_sync.config import explain

    explain.not_a_mapping(file, data)
    return None
