"""The one spelling of a JSON value, for digests and signatures."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_AT_ONCE = 100
"""How many entries of a list are spelled at once: few take no memory to speak of, one at a time takes longer."""


def canonical(document: Any) -> bytes:
    """Return RFC 8785 canonical JSON.

    The standard encoder does exactly that for what plans and snapshots hold: ASCII keys, strings, integers within
    2^53, booleans and null. A lone surrogate, which RFC 8785 forbids, is written as its escape.
    """
    return _ENCODER.encode(document).encode("utf-8", errors="backslashreplace")


def canonical_list(entries: Iterable[Any]) -> Iterator[bytes]:
    """Yield what `canonical` returns for a list of `entries`, piece by piece: none of it is kept."""
    rest = iter(entries)
    yield b"["
    separator = b""
    while some := list(islice(rest, _AT_ONCE)):
        yield separator + canonical(some)[1:-1]
        separator = b","
    yield b"]"
