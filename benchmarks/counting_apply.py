"""Runs the program and counts what it writes into the state, wherever that is: `counting_apply.py FILE ARGUMENT…`.

FILE then holds three numbers as JSON: how often it wrote, how many bytes in all, and how many seconds that took.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sarv_sync.cli.main import run
from sarv_sync.state import catalog

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sarv_sync.state.interface import Site, Store

_open = catalog.open_backend
_writes: list[tuple[int, float]] = []


def _counted(backend: str, options: Mapping[str, Any], site: Site) -> Store:
    store = _open(backend, options, site)
    swap = store.swap

    def counted(expected: str | None, data: bytes) -> str:
        start = time.perf_counter()
        version = swap(expected, data)
        _writes.append((len(data), time.perf_counter() - start))
        return version

    store.swap = counted  # type: ignore[method-assign] # nothing else of the program is touched
    return store


if __name__ == "__main__":
    catalog.open_backend = _counted  # before `wiring`, which every command imports late, takes it from there
    counts = Path(sys.argv.pop(1))
    code = run(sys.argv[1:])
    sums = [len(_writes), sum(size for size, _ in _writes), sum(seconds for _, seconds in _writes)]
    counts.write_text(json.dumps(sums), encoding="utf-8")
    sys.exit(code)
