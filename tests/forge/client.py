"""The program's own client, talking to a forge."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from sarv_sync.github.api import RestApi
from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.forge.server import Forge


@contextmanager
def client(forge: Forge, token: str) -> Iterator[RestApi]:
    """Yield a client for one thread that waits for nothing."""
    with closing(RestApi(forge.url, Secret(token), Scrubber(()), sleep=lambda _: None)) as api:
        yield api
