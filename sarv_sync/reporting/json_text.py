"""JSON documents as text that is safe to show, whole or piece by piece."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from json.encoder import encode_basestring
from typing import Any

from sarv_sync.model.visible import is_visible

_BEYOND_ASCII = re.compile(r"[^\n -~]")
_STEP = "  "
_WORDS = {None: "null", True: "true", False: "false"}
_PIECE_MIN = 1 << 16
"""Characters. Shorter pieces would be made fit to be shown, and written, one by one."""


def json_text(document: object) -> str:
    r"""Return `document` as JSON with two-space indents, without a final newline.

    Text stays readable, but what must not reach a terminal is written as an escape: controls, bidi marks, invisible
    characters, lone surrogates. So is the first part of `##[`, which CI systems obey. The value is the same.
    """
    return "".join(json_pieces(document))


def json_pieces(document: object) -> Iterator[str]:
    """Yield what `json_text` returns in pieces, none of which begins or ends within a string.

    A value of the outermost object may be an iterator in place of a list: its entries are taken as they are written,
    so that a long document need never be whole in memory.
    """
    lines: list[str] = []
    length = 0
    for line in _outermost(document):
        lines.append(line)
        length += len(line)
        if length >= _PIECE_MIN:
            yield _fit("".join(lines))
            lines, length = [], 0
    yield _fit("".join(lines))


def _outermost(document: object) -> Iterator[str]:
    """Yield the document, each entry of its lists by itself."""
    if not (isinstance(document, dict) and document):
        yield _text(document, "\n")
        return
    before = "{\n" + _STEP
    for key, value in document.items():
        yield f"{before}{encode_basestring(key)}: "
        if isinstance(value, (list, tuple, Iterator)):
            yield from _entries(iter(value))
        else:
            yield _text(value, "\n" + _STEP)
        before = ",\n" + _STEP
    yield "\n}"


def _entries(entries: Iterator[Any]) -> Iterator[str]:
    margin = "\n" + 2 * _STEP
    before = "[" + margin
    for entry in entries:
        yield before + _text(entry, margin)
        before = "," + margin
    yield "[]" if before[0] == "[" else f"\n{_STEP}]"


def _text(value: Any, margin: str) -> str:
    """Return what `json.dumps` does, which leaves its C encoder for indents. `margin` begins the lines of `value`."""
    if value is None or value is True or value is False:
        return _WORDS[value]
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if kind is int:
        return repr(value)
    if kind is dict and value:
        inner = margin + _STEP
        pairs = [f"{encode_basestring(key)}: {_text(entry, inner)}" for key, entry in value.items()]
        return f"{{{inner}{f',{inner}'.join(pairs)}{margin}}}"
    if kind in {list, tuple} and value:
        inner = margin + _STEP
        return f"[{inner}{f',{inner}'.join([_text(entry, inner) for entry in value])}{margin}]"
    return json.dumps(value, indent=_STEP, ensure_ascii=False).replace("\n", margin)


def _fit(text: str) -> str:
    return _BEYOND_ASCII.sub(_shown, text).replace("##[", r"#\u0023[")


def _shown(match: re.Match[str]) -> str:
    character = match[0]
    return character if is_visible(character) else json.dumps(character)[1:-1]
