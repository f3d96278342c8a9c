"""Anchors and aliases: values written once and used in several places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.config.nodes import BROKEN, Map, Seq
from sarv_sync.config.stop import Stop
from sarv_sync.config.wording import shown

if TYPE_CHECKING:
    from sarv_sync.config.source_file import SourceFile

MOST_NODES = 1_000_000
"""How many nodes all aliases of a file together may stand for. A few lines can otherwise describe billions."""

_OPEN: Any = object()


class Anchors:
    """The anchors met so far in one file."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._sizes: dict[int, int] = {}
        self._expanded = 0

    def open(self, anchor: str) -> None:
        """Note that a collection called `anchor` begins: until it is defined, an alias to it would never end."""
        self._values[anchor] = _OPEN

    def define(self, anchor: str, value: Any) -> None:
        """Give `anchor` its value. A later anchor of the same name replaces it, as YAML has it."""
        self._values[anchor] = value

    def use(self, anchor: str, at: int, file: SourceFile) -> Any:
        """Return the value of the alias at offset `at`, or BROKEN if there is none."""
        if anchor not in self._values:
            file.error(
                at,
                f"no anchor called `{shown(anchor)}` stands above this alias",
                f"write `&{shown(anchor)}` before the value it stands for, or quote a text that begins with `*`",
            )
            return BROKEN
        value = self._values[anchor]
        if value is _OPEN:
            file.error(
                at,
                f"the alias `{shown(anchor)}` stands inside the very value it names",
                "write the value out instead",
            )
            return BROKEN
        self._expanded += self._size(value)
        if self._expanded > MOST_NODES:
            raise Stop(
                at,
                f"the aliases up to here stand for more than {MOST_NODES:,} values",
                "write the values out, or share them through a profile",
            )
        return value

    def _size(self, root: Any) -> int:
        """Return how many nodes `root` stands for.

        A collection that was an alias's value before has its size remembered, so that nested aliases, however they
        multiply, are each counted once and added up. Values stay alive as long as this object, so ids are unique.
        """
        if not isinstance(root, Map | Seq):
            return 1
        if id(root) not in self._sizes:
            total, waiting = 1, [root]
            while waiting:
                node = waiting.pop()
                for child in node.values() if isinstance(node, Map) else node:
                    if isinstance(child, Map | Seq) and id(child) not in self._sizes:
                        waiting.append(child)
                        total += 1
                    else:
                        total += self._sizes.get(id(child), 1)
                total += len(node) if isinstance(node, Map) else 0
            self._sizes[id(root)] = total
        return self._sizes[id(root)]
