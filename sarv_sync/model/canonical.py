"""The one spelling of a JSON value, for digests and signatures."""

from __future__ import annotations

import json
from typing import Any


def canonical(document: Any) -> bytes:
    """Return RFC 8785 canonical JSON.

    The standard encoder does exactly that for what plans and snapshots hold: ASCII keys, strings, integers within
    2^53, booleans and null. A lone surrogate, which RFC 8785 forbids, is written as its escape.
    """
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", errors="backslashreplace")
