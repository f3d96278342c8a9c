"""Lists are given out in pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tests.forge.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LARGEST_PAGE, DEFAULT_PAGE = 100, 30


def page_of(items: Sequence[Any], query: Mapping[str, str], address: str) -> Answer:
    """Return the page that is asked for, with links to the others. `address` is the list's own, without a query."""
    size = min(_number(query.get("per_page"), DEFAULT_PAGE), LARGEST_PAGE)
    page = _number(query.get("page"), 1)
    last = max(1, -(-len(items) // size))
    wanted = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
    shown = {
        "prev": page > 1,
        "next": page < last,
        "last": page < last,
        "first": page > 1,
    }
    links = [
        f'<{address}?{urlencode({**query, "page": number})}>; rel="{name}"'
        for name, number in wanted.items()
        if shown[name]
    ]
    start = (page - 1) * size
    return Answer(200, list(items[start : start + size]), {"Link": ", ".join(links)} if links else {})


def counted(name: str, items: Sequence[Any], query: Mapping[str, str], address: str) -> Answer:
    """Return the page of a list that lies in an object, under `name`, beside how many there are in all."""
    page = page_of(items, query, address)
    return Answer(page.status, {"total_count": len(items), name: page.document}, page.headers)


def _number(value: str | None, otherwise: int) -> int:
    # GitHub takes what is no number, or none above zero, for not given.
    return int(value) if value is not None and value.isdigit() and int(value) > 0 else otherwise
