"""Setting a scalar in a text to another value: in its quotes, behind its tag, beside its comment.

::

    is written              becomes
    ---------------------   -------------------------------------------------
    `100`                   `200`
    `'Enable'` `"Enable"`   `'Disable'` `"Disable"`
    `!!int "100"`           `!!int "200"`
    `>-` and a line below   `>-` and another line below
    `*limit`                `200`
    `&limit 100`            `&limit 200`, where no alias goes on needing the 100
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sarv_sync.config.text_edits import Edit
from sarv_sync.config.writing import inline, quoted
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.config.outline import Node

_PROPERTY = re.compile(r"!<[^>\s]*>|[&!][^\s,\[\]{}]*")
_BETWEEN = re.compile(r"(?:\s|#[^\n]*)*")
_BLANKS = " \t"


@dataclass(frozen=True, slots=True)
class Written:
    """Where a value itself begins, and where the anchor and the tag before it stand, if there are any."""

    body: int
    anchor: tuple[int, int] | None = None
    tag: tuple[int, int] | None = None


def written(text: str, node: Node) -> Written:
    """Return the parts of `node`, which is no alias."""
    limit = node.inside if node.value is None else node.end
    found: dict[str, tuple[int, int]] = {}
    at = node.start
    while len(found) < 2 and at < limit and (part := _PROPERTY.match(text, at, limit)):
        found["anchor" if text[at] == "&" else "tag"] = part.span()
        between = _BETWEEN.match(text, part.end(), limit)
        at = between.end() if between else part.end()
    return Written(at, found.get("anchor"), found.get("tag"))


def set_value(text: str, node: Node, value: int | str, *, json: bool = False) -> Edit:
    """Return the edit that lets the scalar `node` be `value`; with `json`, such as JSON has it."""
    plain = inline(value, json=json)
    if node.is_alias:
        return Edit(node.start, node.end, plain)
    body = written(text, node).body
    if node.style in {"|", ">"} and (line := _only_line(text, body, node.end)):
        return Edit(*line, str(value))
    if node.style == "'" and (isinstance(value, int) or value.isprintable()):
        plain = "'" + str(value).replace("'", "''") + "'"
    elif node.style == '"':
        plain = quoted(str(value))
    return Edit(body, node.end, plain)


def fill(text: str, node: Node, value: str) -> list[Edit]:
    """Return the edits that let `node`, which is null, be `value`. A tag, which says that it is, makes room."""
    parts = written(text, node)
    if parts.body < node.end:
        edits = [Edit(parts.body, node.end, value)]
    elif parts.tag and (not parts.anchor or parts.anchor < parts.tag):
        return [Edit(*parts.tag, value)]
    elif parts.anchor:
        edits = [Edit(parts.anchor[1], parts.anchor[1], f" {value}")]
    else:
        edits = [Edit(node.end, node.end, f" {value}" if text[node.end - 1] == ":" else f": {value}")]
    if parts.tag:
        start, end = parts.tag
        edits.append(Edit(start, end + (text[end] == " "), ""))
    return edits


def without_anchor(text: str, node: Node) -> Edit | None:
    """Return the edit that takes the anchor away from `node`, with the blanks on one side of it."""
    parts = written(text, node)
    if parts.anchor is None:
        return None
    start, end = parts.anchor
    after = end + len(text[end : parts.body]) - len(text[end : parts.body].lstrip(_BLANKS))
    alone = parts.body == node.end or text[after] in "\n#"
    return Edit(_before_blanks(text, start), end, "") if alone else Edit(start, after, "")


def _before_blanks(text: str, at: int) -> int:
    while text[at - 1 : at] in {" ", "\t"}:
        at -= 1
    return at


def _only_line(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return where the one line of a block scalar is, None where it has several."""
    head = text.index("\n", start, end)
    content = text[head:end]
    line = content.strip()
    begin = head + len(content) - len(content.lstrip())
    return (begin, begin + len(line)) if line and "\n" not in line else None
