"""What a YAML text says and where, according to PyYAML alone: a witness that knows nothing of editing."""

from __future__ import annotations

import copy
import json
import re
from typing import Any, NamedTuple

import yaml
from yaml.nodes import MappingNode, Node
from yaml.tokens import ScalarToken

_LOADER = yaml.CSafeLoader
_COMMENT = re.compile(r"#[^\r\n]*")


class Spot(NamedTuple):
    """Where a value is written: from `start` to `end`. Both are None where it is not, or stands for another one.

    `shared`: it, or the entry around it, is written once and stands in several places. `entry` is how the entry is
    written, or `alias` where the value is one, and `lines` are those it is on, counted from 0.
    """

    start: int | None
    end: int | None
    shared: bool
    entry: str
    lines: range


def meaning(text: str) -> Any:
    """Return the data, no part of which is shared with another."""
    return json.loads(json.dumps(yaml.load(text, Loader=_LOADER)))


def with_value(data: Any, section: str, name: str, key: str, value: int | str) -> Any:
    """Return `data` with one value set."""
    changed = copy.deepcopy(data)
    changed[section][name] = {**(changed[section][name] or {}), key: value}
    return changed


def comments(text: str) -> list[str]:
    """Return the comments, in order: what begins with a `#` between the tokens, or on the line of a `|` or `>`."""
    found: list[str] = []
    last = 0
    for token in yaml.scan(text, Loader=_LOADER):
        found += _COMMENT.findall(text[last : token.start_mark.index])
        last = max(last, token.end_mark.index)
        if isinstance(token, ScalarToken) and token.style in {"|", ">"}:
            written = text[token.start_mark.index : last]
            found += _COMMENT.findall(re.split("[\r\n]", written, maxsplit=1)[0])
            tail = written[len(written.rstrip()) :]
            last -= len(tail)
    return found + _COMMENT.findall(text[last:])


def spot(text: str, section: str, name: str, key: str) -> Spot:
    """Return where the value of `key` is written."""
    root: Any = yaml.compose(text, Loader=_LOADER)
    name_node, entry = _item(_item(root, section)[1], name)
    uses = _uses(root)
    lines = range(name_node.start_mark.line, entry.end_mark.line + 1)
    if entry.start_mark.index < name_node.start_mark.index:
        return Spot(None, None, False, "alias", lines)
    shared = uses[id(entry)] > 1
    if not isinstance(entry, MappingNode):
        return Spot(None, None, shared, "null", lines)
    kind = "flow" if entry.flow_style else "block"
    if key not in [each.value for each, _ in entry.value]:
        return Spot(None, None, shared, kind, lines)
    key_node, value = _item(entry, key)
    if value.start_mark.index < key_node.start_mark.index:
        return Spot(None, None, shared, "alias", lines)
    end = value.end_mark.index
    written = text[value.start_mark.index : end]
    shared = shared or uses[id(value)] > 1
    return Spot(value.start_mark.index, end - len(written) + len(written.rstrip()), shared, kind, lines)


def difference(before: str, after: str) -> tuple[str, str]:
    """Return what is in the middle of each, between what both begin and end with."""
    start = _common(before, after)
    rest = (before[start:], after[start:])
    end = _common(rest[0][::-1], rest[1][::-1])
    return rest[0][: len(rest[0]) - end], rest[1][: len(rest[1]) - end]


def _common(one: str, other: str) -> int:
    """Return how many characters both begin with."""
    return next(
        (at for at, pair in enumerate(zip(one, other, strict=False)) if len(set(pair)) > 1), min(len(one), len(other))
    )


def _item(mapping: Any, key: str) -> tuple[Any, Any]:
    return next((each, value) for each, value in mapping.value if each.value == key)


def _uses(root: Node) -> dict[int, int]:
    """Return how often each node is the value of something."""
    counts: dict[int, int] = {}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        counts[id(node)] = counts.get(id(node), 0) + 1
        if counts[id(node)] == 1 and isinstance(node.value, list):
            for child in node.value:
                waiting += child if isinstance(child, tuple) else [child]
    return counts
