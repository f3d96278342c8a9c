"""The event that began a run: a JSON object that the runner keeps in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

SIZE_MAX = 32 << 20
"""Bytes. GitHub delivers no event over 25 MB."""

_HINT = "GITHUB_EVENT_PATH names the file with the event; the runner writes it"


def read_event(path: str) -> dict[str, Any]:
    """Return the event in the file at `path`, an empty one without a path. Raises `InputError` if it is unusable."""
    if not path:
        return {}
    content = _content(path)
    try:
        event = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        raise InputError("the event of this run is not a JSON object", _HINT)
    return event


def text_in(document: Mapping[str, Any], *keys: str) -> str | None:
    """Return the text that is reached by `keys`, one in the other; None where there is none."""
    value: object = document
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value if isinstance(value, str) and value else None


def _content(path: str) -> bytes:
    try:
        with Path(path).open("rb") as stream:
            content = stream.read(SIZE_MAX + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not valid"
        raise InputError(f"the event of this run cannot be read: {reason}", _HINT) from None
    if len(content) > SIZE_MAX:
        raise InputError(f"the event of this run is larger than {SIZE_MAX >> 20} MiB", _HINT)
    return content
