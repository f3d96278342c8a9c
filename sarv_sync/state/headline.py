"""One line about a document, for the history of a place that keeps one."""

from __future__ import annotations

import json
import re
from typing import Any

_LONGEST = 120
_ROWS = 12
"""The lines that say it come first: what follows is one line a user, and there may be thousands."""

_ROW = re.compile(rb'  "(serial|lock)": (.*?),?\s*')


def headline(data: bytes) -> str:
    """Return which serial `data` has and who was at work, in one printable line; never fails.

    Anything may be in there: a document that somebody damaged is kept in the history too.
    """
    found = _found(data)
    serial, lock = found.get("serial"), found.get("lock")
    if not isinstance(serial, int):
        return f"a document of {len(data)} bytes that is no state"
    return _line(f"serial {serial}: {_who(lock)}")


def _who(lock: Any) -> str:
    match lock:
        case {"holder": str(holder), "command": str(command)}:
            return f"{command} by {holder}"
    return "nobody at work"


def _found(data: bytes) -> dict[str, Any]:
    rows = data[: 64 * 1024].split(b"\n", _ROWS)[:_ROWS]
    matches = [match for row in rows if (match := _ROW.fullmatch(row))]
    return {match[1].decode(): _value(match[2]) for match in matches}


def _value(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _line(text: str) -> str:
    """Return `text` without what could end the line, move the cursor or begin a trailer."""
    clean = "".join(sign if sign.isprintable() else " " for sign in text)
    return clean if len(clean) <= _LONGEST else clean[: _LONGEST - 1] + "…"
