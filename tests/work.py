"""Counting what a piece of work takes, where a clock would only tell how busy the machine is."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes that Python objects took at most, and that they still take."""

    peak: int
    kept: int


def calls_of(work: Callable[[], object], *, of_c: bool = False) -> int:
    """Return how many Python functions `work` calls; `of_c` counts those that are written in C, too."""
    counted = {"call", "c_call"} if of_c else {"call"}
    calls = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in counted

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


def memory_of(work: Callable[[], object]) -> Memory:
    """Return what `work` takes; what it returns counts as kept."""
    gc.collect()
    tracemalloc.start()
    try:
        result = work()
        kept, peak = tracemalloc.get_traced_memory()
        del result
    finally:
        tracemalloc.stop()
    return Memory(peak, kept)
