"""Where the parts of a YAML text begin and end: its content, that is, without the comments around it."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING, Any

import yaml
from yaml.events import AliasEvent, CollectionEndEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent

from sarv_sync.config import reader
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.config.reader import EventSource

_COLON = re.compile(r"(?:\s|#[^\n]*)*:(?=[\s,\[\]{}]|\Z)")


@dataclass(slots=True)
class Node:
    """A part of the text, from offset `start` to offset `end`. One that is not written has both the same.

    `end` is where the last line of content ends; only where blank lines belong to a text (`|+`), where a line begins.
    One that is not written is behind the colon after its key or, where there is none, behind the key.
    The content inside a collection reaches from `inside` to `inside_end`. `entries` are the values of a mapping, by
    key, in order, and `keys` the keys themselves; the first one stands at `first_key`, and it, or the `?` before it,
    in `column`. `anchor` is the name before a value, or in an alias; `value` and `style` are those of a scalar.
    """

    start: int
    end: int
    kind: type
    flow: bool = False
    inside: int = 0
    inside_end: int = 0
    first_key: int = 0
    column: int = 0
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Node] = field(default_factory=dict)
    anchor: str | None = None
    value: str | None = None
    style: str | None = None

    @property
    def is_mapping(self) -> bool:
        """Whether this is a mapping, written here."""
        return self.kind is MappingStartEvent

    @property
    def is_alias(self) -> bool:
        """Whether this stands for what is written somewhere else."""
        return self.kind is AliasEvent

    @property
    def last(self) -> Node | None:
        """The value of the last entry."""
        return next(reversed(self.entries.values()), None)


@dataclass(frozen=True, slots=True)
class Outline:
    """The document, and those parts of it that have an anchor or are an alias, from top to bottom."""

    root: Node
    named: tuple[Node, ...]

    def aliases(self) -> dict[int, list[Node]]:
        """Return, by the `id` of each part with an anchor, the aliases that stand for it, from top to bottom."""
        latest: dict[str, list[Node]] = {}
        found: dict[int, list[Node]] = {}
        for node in self.named:
            name = str(node.anchor)
            if node.is_alias:
                latest[name].append(node)
            else:
                found[id(node)] = latest[name] = []
        return found


def outline(text: str) -> Node:
    """Return the only document of `text`, which is known to be well formed."""
    return whole_outline(text).root


def whole_outline(text: str) -> Outline:
    """Return the outline of `text`, which is known to be well formed: to one of the parsers, at least."""
    try:
        return _outline(text, (reader.FAST or reader.pure)(text))
    except yaml.YAMLError:
        return _outline(text, reader.pure(text))


def _outline(text: str, parser: EventSource) -> Outline:
    parser.get_event()
    parser.get_event()
    outlining = _Outlining(text, parser)
    root = outlining.node(parser.get_event())
    return Outline(root, tuple(outlining.named))


class _Outlining:
    """`_end` is where the last content ended: an end event of a block tells only where the next content begins."""

    def __init__(self, text: str, parser: EventSource) -> None:
        self._text = text
        self._next = parser.get_event
        self._end = 0
        self._words: dict[str, str | None] = {}
        self.named: list[Node] = []

    def node(self, event: Any, *, of_key: bool = False) -> Node:
        """Read the node that `event` begins; `of_key`, that is the value of the key before it."""
        if isinstance(event, ScalarEvent | AliasEvent):
            return self._noted(self._leaf(event, of_key=of_key))
        start, inside = event.start_mark.index, event.end_mark.index
        node = Node(start, start, type(event), bool(event.flow_style), inside, column=event.end_mark.column)
        node.anchor = event.anchor
        closing = self._children(self._noted(node))
        node.inside_end = max(self._end, inside)
        self._end = node.end = closing.end_mark.index if node.flow else node.inside_end
        return node

    def _noted(self, node: Node) -> Node:
        if node.anchor is not None:
            self.named.append(node)
            if not node.is_alias:
                self._words[node.anchor] = node.value
        return node

    def _children(self, node: Node) -> Any:
        """Read what is inside, up to the event that ends it; return that one."""
        while not isinstance(event := self._next(), CollectionEndEvent):
            child = self.node(event)
            if node.kind is SequenceStartEvent:
                continue
            if not node.entries:
                node.first_key = child.start
                node.column = event.start_mark.column if node.flow else node.column
            key = self._words[event.anchor] if child.is_alias else child.value
            node.keys[str(key)] = child
            node.entries[str(key)] = self.node(self._next(), of_key=True)
        return event

    def _leaf(self, event: Any, *, of_key: bool) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        before = self._text[self._end : end]
        style = getattr(event, "style", None) or None
        if start == end and (
            "\n" in before or not before.strip(" \t:")
        ):  # not written, and told of where the next begins
            colon = _COLON.match(self._text, self._end) if of_key else None
            start = end = colon.end() if colon else self._end
        elif style in {"|", ">"} and "+" not in self._text[start:end].partition("\n")[0]:
            end = start + len(self._text[start:end].rstrip("\n"))
        self._end = end
        return Node(start, end, type(event), anchor=event.anchor, value=getattr(event, "value", None), style=style)
