"""The addresses that the token goes to: paths of the API, and the next pages that its answers name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping

_SAFE = r"[A-Za-z0-9._~!$&'()*+,;=:@%-]"
_PATH = re.compile(rf"(?:/{_SAFE}+)+")
_QUERY = re.compile(rf"(?:\?(?:{_SAFE}|[/?\[\]])*)?")
_DOTS = re.compile(r"/(?:\.|%2e){1,2}(?=/|$)", re.IGNORECASE)
"""What a server, or the HTTP library, may take for a way up and out of the API."""

_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_RELATION = re.compile(r";\s*rel\s*=\s*\"?([^\";,]*)", re.IGNORECASE)


def address(base: str, path: str, query: Mapping[str, str | int] | None = None) -> str:
    """Return the URL of `path` below `base`. A path that is none is a bug: `ValueError`."""
    if not _is_path(path):
        raise ValueError("a path of the API begins with a slash and is escaped")
    return f"{base}{path}{'?' + urlencode(query) if query else ''}"


def next_page(base: str, link: str) -> str | None:
    """Return the URL of the next page that the header `Link` names (RFC 8288), None without one.

    One that does not lie below `base` is "".
    """
    for found in _LINK.finditer(link):
        relation = _RELATION.search(found[2])
        if relation and "next" in relation[1].lower().split():
            return found[1] if _is_below(base, found[1]) else ""
    return None


def _is_below(base: str, url: str) -> bool:
    path, mark, query = url.removeprefix(base).partition("?")
    return url.startswith(f"{base}/") and _is_path(path) and _QUERY.fullmatch(mark + query) is not None


def _is_path(path: str) -> bool:
    return _PATH.fullmatch(path) is not None and not _DOTS.search(path)
