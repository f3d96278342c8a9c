"""Where the parts of a YAML text begin and end: its content, that is, without the comments around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from yaml.events import AliasEvent, CollectionEndEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent

if TYPE_CHECKING:
    from sarv_sync.config.reader import EventSource


@dataclass(slots=True)
class Node:
    """A part of the text, from offset `start` to offset `end`. One that is not written has both the same.

    `end` is where the last line of content ends; only where blank lines belong to a text (`|+`), where a line begins.
    The content inside a collection reaches from `inside` to `inside_end`. `entries` are the values of a mapping, by
    key, in order; the first key stands at `first_key`, and it, or the `?` before it, in `column`.
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


def outline(text: str, parser: EventSource) -> Node:
    """Return the only document of `text`, which is known to be well formed and is what `parser` reads."""
    parser.get_event()
    parser.get_event()
    return _Outlining(text, parser).node(parser.get_event())


class _Outlining:
    """`_end` is where the last content ended: an end event of a block tells only where the next content begins."""

    def __init__(self, text: str, parser: EventSource) -> None:
        self._text = text
        self._next = parser.get_event
        self._end = 0

    def node(self, event: Any) -> Node:
        """Read the node that `event` begins."""
        if isinstance(event, ScalarEvent | AliasEvent):
            return self._leaf(event)
        start, inside = event.start_mark.index, event.end_mark.index
        node = Node(start, start, type(event), bool(event.flow_style), inside, column=event.end_mark.column)
        closing = self._children(node)
        node.inside_end = max(self._end, inside)
        self._end = node.end = closing.end_mark.index if node.flow else node.inside_end
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
            node.entries[str(getattr(event, "value", child.start))] = self.node(self._next())
        return event

    def _leaf(self, event: Any) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        before = self._text[self._end : end]
        if start == end and ("\n" in before or not before.strip()):  # not written, and told of where the next begins
            start = end = self._end
        elif getattr(event, "style", None) in {"|", ">"} and "+" not in self._text[start:end].partition("\n")[0]:
            end = start + len(self._text[start:end].rstrip("\n"))
        self._end = end
        return Node(start, end, type(event))
