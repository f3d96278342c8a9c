"""Hidden lines of Markdown: an HTML comment that holds a JSON object, for the next run to read."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNSAFE = re.compile(r'[^A-Za-z0-9 ._/{}\[\]":,\\-]')
_BODY = re.compile(r"(\{.*\}) -->")
_TWO_DASHES = r"-\u002d"


def hidden(kind: str, document: Mapping[str, object]) -> str:
    r"""Return `<!-- kind {…} -->`, one line that nothing in `document` can end.

    Whatever could mean something there is written as JSON's `\u003e`, every second dash too, since `--` ends a
    comment. So the line is ASCII, and equal documents give equal lines.
    """
    text = json.dumps(document, separators=(",", ":"))
    text = _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return f"<!-- {kind} {text.replace('--', _TWO_DASHES)} -->"


def hidden_of(kind: str, line: str) -> dict[str, Any] | None:
    """Return what a line of `hidden` holds, None for any other line."""
    start = f"<!-- {kind} "
    match = _BODY.fullmatch(line, len(start)) if line.startswith(start) else None
    if match is None or "--" in match[1]:
        return None
    try:
        document = json.loads(match[1])
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None
