"""A file of users as bytes, from the process that read it to the one that needs it."""

from __future__ import annotations

import marshal
from array import array
from typing import TYPE_CHECKING, Any

from sarv_sync.config.nodes import Map, new_marks

if TYPE_CHECKING:
    from collections.abc import Iterable


def pack_file(data: Any) -> bytes:
    """Return what an included file holds: nothing for one that has more than users with single values."""
    users = data.get("users") if isinstance(data, Map) and len(data) == 1 else None
    if not isinstance(users, Map) or any(entry.__class__ is not Map for entry in users.values()):
        return b""
    shapes: dict[tuple[str, ...], int] = {}
    shape_of = array("Q", [shapes.setdefault(tuple(entry), len(shapes)) for entry in users.values()])
    values: list[Any] = []
    for entry in users.values():
        values.extend(entry.values())
    maps = (data, users, *users.values())
    places = [array("Q", [each.at for each in maps]), array("Q", [each.start for each in maps]), data.marks]
    numbers = tuple(each.tobytes() for each in (shape_of, *places))
    try:
        return marshal.dumps((tuple(users), tuple(shapes), values, numbers))
    except ValueError:  # a value that is a list, a mapping, a fraction or broken
        return b""


def unpack_file(content: bytes) -> Map:
    """Return what `pack_file` was given. Only what this very program packed may be unpacked."""
    names, shapes, values, numbers = marshal.loads(content)  # noqa: S302 - of our own process
    shape_of, at, start, marks = (new_marks(each) for each in numbers)
    value = iter(values)
    entries = (zip(shapes[shape], value, strict=False) for shape in shape_of)
    maps = [_map(*each, marks) for each in zip(entries, at[2:], start[2:], strict=True)]
    users = _map(zip(names, maps, strict=True), at[1], start[1], marks)
    return _map([("users", users)], at[0], start[0], marks)


def _map(items: Iterable[tuple[str, Any]], at: int, start: int, marks: array[int]) -> Map:
    made = Map(items)
    made.at, made.start, made.marks = at, start, marks
    return made
