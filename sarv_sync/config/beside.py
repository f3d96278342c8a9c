"""Reading many files in several processes at once, where that is faster than to read them here.

A file about which there is anything to say, and any that another process did not manage to read, is read here again:
what is found out is the same, whoever read it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sarv_sync.config.reader import read

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sarv_sync.config.source_file import SourceFile

PAYS_FROM = 4_000_000
"""Characters. To start a process takes as long as to read a fifth of that."""

_MOST = 8


def read_all(files: Sequence[SourceFile]) -> list[Any]:
    """Return what `read` does for each of `files`."""
    shares = _shares(files)
    if len(shares) < 2:
        return [read(file) for file in files]
    from sarv_sync.config.other_process import OtherProcess
    from sarv_sync.config.packed import unpack_file

    others = [OtherProcess([files[index].text for index in share]) for share in shares[1:]]
    found: dict[int, Any] = {index: read(files[index]) for index in shares[0]}
    for share, other in zip(shares[1:], others, strict=True):
        packed = other.result()
        found |= {index: unpack_file(each) for index, each in zip(share, packed, strict=False) if each}
    return [found[index] if index in found else read(file) for index, file in enumerate(files)]


def _shares(files: Sequence[SourceFile]) -> list[list[int]]:
    """Return which files each process reads, by index, the first share being this one's own."""
    sizes = [len(file.text) for file in files]
    count = min(_processors(), len(files), _MOST) if sum(sizes) >= PAYS_FROM else 1
    shares: list[list[int]] = [[] for _ in range(count)]
    loads = [0] * count
    for index in sorted(range(len(files)), key=lambda index: -sizes[index]):
        least = loads.index(min(loads))
        shares[least].append(index)
        loads[least] += sizes[index]
    return shares


def _processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
