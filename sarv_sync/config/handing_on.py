"""Keeping what aliases stand for, when the value they stand for is about to change.

The anchor moves on to the first of them, with the value as it was; the others go on standing for that one::

    a: {total_limit: &limit 100}        a: {total_limit: 200}
    b: {total_limit: *limit}        →   b: {total_limit: &limit 100}
    c: {total_limit: *limit}            c: {total_limit: *limit}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.config.text_edits import Edit
from sarv_sync.config.value_edits import without_anchor, written
from sarv_sync.config.writing import inline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.config.outline import Node


def hand_on(text: str, node: Node, aliases: Sequence[Node], value: Any, *, json: bool) -> list[Edit]:
    """Return the edits that move the anchor of `node` to the first of `aliases`, with the `value` it has so far."""
    removal = without_anchor(text, node)
    if removal is None or not aliases:
        return []
    heir = aliases[0]
    return [removal, Edit(heir.start, heir.end, f"&{node.anchor} {_as_written(text, node, value, json=json)}")]


def _as_written(text: str, node: Node, value: Any, *, json: bool) -> str:
    parts = written(text, node)
    body = text[parts.body : node.end]
    plain = node.value is not None and parts.tag is None and "\n" not in body
    return body if body and plain else inline(value, json=json)
