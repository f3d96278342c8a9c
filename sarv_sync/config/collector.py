"""Python's cycle collector, paused while a large file is read."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def paused() -> Iterator[None]:
    """Keep the collector from running.

    Reading builds trees, which have no cycles, out of very many objects; the collector would walk them over and
    over and free nothing. For 100,000 users that doubles the time.
    """
    was_running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_running:
            gc.enable()
