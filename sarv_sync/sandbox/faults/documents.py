"""Changing the JSON of a good answer, or of a request."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sarv_sync.sandbox.reply import Answer, to_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.sandbox.reply import Reply

Document = dict[str, Any]


def changed_success(reply: Reply, outcome: str, change: Callable[[Document], None]) -> Reply:
    """Return `reply` with `change` made to its JSON object, unless that is an error; anything else as it is."""
    if not isinstance(reply, Answer):
        return reply
    document = object_in(reply.body)
    if document is None or document.get("status") == "error":
        return reply
    change(document)
    return replace(reply, body=to_json(document), outcome=outcome)


def changed_request(body: bytes, change: Callable[[Document], None]) -> bytes:
    """Return `body` with `change` made to its JSON object, if it is one; anything else as it is."""
    document = object_in(body)
    if document is None:
        return body
    change(document)
    return to_json(document)


def object_in(body: bytes) -> Document | None:
    """Return the JSON object that `body` is, or None."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None
