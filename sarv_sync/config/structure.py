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
    from collections.abc import Collection, Mapping

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
    if not isinstance(data, Map):
        from sarv_sync.config import explain

        explain.not_a_mapping(file, data)
        return None
    users = data.get("users")
    if not isinstance(users, Map):
        return _checked(file, data, data, (), part)
    odd = not_plain(users)
    return _checked(file, data, {**data, "users": odd}, odd, part)


def _checked(file: SourceFile, data: Map, unsure: Mapping[str, Any], odd: Collection[str], part: Part) -> Opened:
    """Return `data`, of which the schema has to be asked about what is `unsure`; `odd` are the users among that."""
    if conforms(unsure, part):
        return Opened(file, data, odd)
    from sarv_sync.config import explain

    explain.explain(file, data, part)
    users = data.get("users")
    # What an alias stands for is one thing in several places: where one is found wrong, others are that were right.
    return Opened(file, data, tuple(users) if isinstance(users, Map) else ())
