"""Asking a server for many things without waiting for each answer before the next question."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Given = TypeVar("Given")
    Found = TypeVar("Found")

_AT_ONCE = 8


def at_once(ask: Callable[[Given], Found], given: Sequence[Given]) -> list[Found]:
    """Return what `ask` returns for each of `given`, in their order; raise the first error, and ask no more then."""
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(min(_AT_ONCE, max(1, len(given))))
    try:
        return list(pool.map(ask, given))
    finally:
        pool.shutdown(cancel_futures=True)
