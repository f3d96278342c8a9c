"""Runs the program and counts what it writes into a local state: `counting_apply.py FILE ARGUMENT…`.

FILE then holds two numbers as JSON: how often it wrote, and how many bytes in all.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from sarv_sync.cli.main import main
from sarv_sync.state.local import LocalStore

_swap = LocalStore.swap
_sizes: list[int] = []


def _counted(self: LocalStore, expected: str | None, data: bytes) -> str:
    _sizes.append(len(data))
    return _swap(self, expected, data)


if __name__ == "__main__":
    LocalStore.swap = _counted  # type: ignore[method-assign] # nothing else of the program is touched
    counts = Path(sys.argv.pop(1))
    try:
        main()
    finally:
        counts.write_text(json.dumps([len(_sizes), sum(_sizes)]), encoding="utf-8")
