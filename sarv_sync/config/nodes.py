"""YAML as plain Python values that remember where they were written.

A mapping is a `dict`, a sequence a `list`, so that both JSON Schema validators take them as they are; offsets are
kept beside the values, eight bytes a key.
"""

from __future__ import annotations

from array import array
from typing import Any, Final

from sarv_sync.values import dataclass

KEY_SHIFT = 32
"""Bits. What `pack` moves the offset of a key by."""

_LOW = (1 << KEY_SHIFT) - 1
_FEW = 8
"""Keys that are looked through faster than they are put in order."""


class Map(dict[str, Any]):
    """A mapping. `at` is the offset it begins at.

    The offsets of its keys and values stand in `marks`, which all mappings of a file share, from `start` on, in the
    order of the keys: two of 32 bits in one integer. Keys may be given other values, but none may come or go.
    """

    __slots__ = ("_order", "at", "marks", "start")
    at: int
    marks: array[int]
    start: int
    _order: dict[str, int]

    def key_at(self, key: str) -> int:
        """Return the offset of `key` itself."""
        return self._mark(key) >> KEY_SHIFT

    def value_at(self, key: str) -> int:
        """Return the offset of the value of `key`, that of the key for null: nothing need be written for a null."""
        return self.key_at(key) if self[key] is None else self._mark(key) & _LOW

    def own_marks(self) -> array[int]:
        """Return the marks of all keys, in their order."""
        return self.marks[self.start : self.start + len(self)]

    def _mark(self, key: str) -> int:
        if len(self) <= _FEW:
            return self.marks[self.start + list(self).index(key)]
        try:
            order = self._order
        except AttributeError:
            order = self._order = {each: index for index, each in enumerate(self)}
        return self.marks[self.start + order[key]]


class Seq(list[Any]):
    """A sequence. `at` is the offset it begins at, `marks` those of its items."""

    __slots__ = ("at", "marks")
    at: int
    marks: list[int]


@dataclass(frozen=True, slots=True, eq=False)
class Float:
    """A number with a fraction or an exponent.

    JSON Schema takes 1.0 for an integer. Nothing in the schema takes this class for one, so a float is refused by
    both validators alike.
    """

    value: float


class Broken:
    """The type of `BROKEN`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "BROKEN"


BROKEN: Final = Broken()
"""Stands where a value was found wrong, so that nothing else complains about it."""


def nothing() -> Map:
    """Return a mapping with no keys that stands nowhere."""
    made = Map()
    made.at, made.marks, made.start = 0, new_marks(), 0
    return made


def new_marks(content: bytes = b"") -> array[int]:
    """Return room for the marks of one file, with those that `content` is made of."""
    return array("Q", content)


def pack(key_at: int, value_at: int) -> int:
    """Return the offsets of a key and its value as one integer: a file has many, and they must cost little."""
    return key_at << KEY_SHIFT | value_at


def key_offset(mark: int) -> int:
    """Return the offset of the key, of what `pack` made."""
    return mark >> KEY_SHIFT


def plain(node: Any) -> Any:
    """Return `node` without positions: dicts, lists, str, int, float, bool and None. Shared parts are copied."""
    match node:
        case Map():
            return {key: plain(value) for key, value in node.items()}
        case Seq():
            return [plain(item) for item in node]
        case Float():
            return node.value
        case _:
            return node
