"""YAML as plain Python values that remember where they were written.

A mapping is a `dict`, a sequence a `list`, so that both JSON Schema validators take them as they are; offsets are
kept beside the values, one integer a key or item.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

_SHIFT = 32
_LOW = (1 << _SHIFT) - 1


class Map(dict[str, Any]):
    """A mapping. `at` is the offset it begins at; `marks` holds, by key, the offsets of key and value in one int."""

    __slots__ = ("at", "marks")
    at: int
    marks: dict[str, int]

    def key_at(self, key: str) -> int:
        """Return the offset of `key` itself."""
        return self.marks[key] >> _SHIFT

    def value_at(self, key: str) -> int:
        """Return the offset of the value of `key`, that of the key for null: nothing need be written for a null."""
        return self.key_at(key) if self[key] is None else self.marks[key] & _LOW


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


def pack(key_at: int, value_at: int) -> int:
    """Return the offsets of a key and its value as one integer: a file has many, and they must cost little."""
    return key_at << _SHIFT | value_at


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
