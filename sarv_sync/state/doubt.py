"""A write whose answer was lost may have taken effect. What the place holds now says whether it did.

::

    the attempt          the place then holds        so
    ------------------   -------------------------   -----------------------------------------------------------
    succeeded            (not asked)                 done
    lost                 (not asked)                 lost; but after an earlier doubt, ours there means: done
    in doubt             our document                done
    in doubt             what was expected           tried again: if the first one lands late, one of the two loses
    in doubt             anything else               lost
    in doubt             (cannot be read)            the error is raised, and the caller finds out later

No two writers write the same document: each has the serial after the last one, and the lock of its run.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sarv_sync.errors import StateError, SwapLost
from sarv_sync.state.interface import lost

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.state.interface import Store

_PAUSES = (0.2, 1.0, 3.0)


class InDoubt(Exception):
    """Nobody knows whether a write took effect. `error` says what went wrong, for people."""

    def __init__(self, error: StateError) -> None:
        super().__init__(error.message)
        self.error = error


def settled(
    store: Store,
    attempt: Callable[[], str],
    expected: str | None,
    data: bytes,
    sleep: Callable[[float], None] = time.sleep,
) -> str:
    """Make `attempt` to replace version `expected` in `store` by `data`; return the new version.

    `attempt` returns it, or raises `SwapLost` or `StateError` if it certainly changed nothing, `InDoubt` otherwise.
    Repeated a few times with pauses while nothing else came between. Raises as `Store.swap` does.
    """
    tried, pauses = False, iter(_PAUSES)
    while True:
        try:
            return attempt()
        except SwapLost:
            if not tried or (version := _ours(store, data)) is None:
                raise
            return version
        except InDoubt as failure:
            doubt = failure
        if (version := _judged(store, expected, data, doubt)) is not None:
            return version
        if (pause := next(pauses, None)) is None:
            raise doubt.error
        tried = True
        sleep(pause)


def _judged(store: Store, expected: str | None, data: bytes, doubt: InDoubt) -> str | None:
    """Return the version that the doubtful write made, None if another attempt may be made."""
    try:
        if (now := store.version()) == expected:
            return None
        version = _ours(store, data)
    except StateError:
        raise doubt.error from None
    if now is None or version is None:
        raise lost(store.describe())
    return version


def _ours(store: Store, data: bytes) -> str | None:
    stored = store.read()
    return stored.version if stored is not None and stored.data == data else None
