"""Where in a file the value of a key stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.config.disk import decoded
from sarv_sync.config.nodes import Map
from sarv_sync.config.reader import read
from sarv_sync.config.settings import section

if TYPE_CHECKING:
    from sarv_sync.model.users import Source


def place_in(content: bytes, file: str, user: str, key: str) -> Source | None:
    """Return where `key` of the entry `user` stands in `content`, of a file called `file`; None if it does not."""
    text = decoded(content, file)
    data = read(text)
    entry = section(section(data, "users"), user) if isinstance(data, Map) else Map()
    return text.source(entry.key_at(key)) if key in entry else None
