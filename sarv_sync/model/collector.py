"""Python's cycle collector, paused while very many objects are made."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def paused() -> Iterator[None]:
    """Keep the collector from running, and from ever looking at what was made meanwhile.

    Files, state and listing become very many objects without cycles that live as long as the run; the collector would
    walk them over and over and free nothing. For 100,000 users that doubles the time. What hangs in a cycle by then
    stays as long as the process, too: this is for commands that end.
    """
    was_running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_running:
            gc.freeze()
            gc.enable()
