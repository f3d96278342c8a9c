"""A file of plain entries as bytes, from the process that read it to the one that needs it."""

from __future__ import annotations

import marshal
from array import array
from typing import TYPE_CHECKING, Any

from sarv_sync.config.nodes import Map, new_marks
from sarv_sync.config.plain import not_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def pack_file(data: Any) -> bytes:
    """Return what an included file holds: nothing for one that has more than plain users."""
    users = data.get("users") if isinstance(data, Map) and len(data) == 1 else None
    if not isinstance(users, Map) or not_plain(users):
        return b""
    shapes: dict[tuple[str, ...], int] = {}
    entries = [(shapes.setdefault(tuple(entry), len(shapes)), *entry.values()) for entry in users.values()]
    places = array("Q", _places((data, users, *users.values())))
    return marshal.dumps((tuple(users), tuple(shapes), entries, places.tobytes(), data.marks.tobytes()))


def unpack_file(content: bytes) -> Map:
    """Return what `pack_file` was given. Only what this very program packed may be unpacked."""
    names, shapes, entries, places, marks = marshal.loads(content)  # noqa: S302 - of our own process
    at, shared = array("Q", places), new_marks()
    shared.frombytes(marks)
    users = _map(zip(names, _entries(shapes, entries, at, shared), strict=True), at[2:4], shared)
    return _map([("users", users)], at[:2], shared)


def _entries(
    shapes: Sequence[Sequence[str]], entries: Iterable[Sequence[Any]], at: array[int], marks: array[int]
) -> Iterable[Map]:
    for index, (shape, *values) in enumerate(entries, 2):
        yield _map(zip(shapes[shape], values, strict=True), at[2 * index : 2 * index + 2], marks)


def _places(maps: Iterable[Map]) -> Iterable[int]:
    for each in maps:
        yield each.at
        yield each.start


def _map(items: Iterable[tuple[str, Any]], place: Sequence[int], marks: array[int]) -> Map:
    made = Map(items)
    made.at, made.start = place
    made.marks = marks
    return made
