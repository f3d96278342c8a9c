"""The stores that the contract suite runs against, each by a name that another process can open it by."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.state.local import LocalStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.state.interface import Store


def _local(folder: Path) -> Store:
    return LocalStore(folder / "state.json")


KINDS: dict[str, Callable[[Path], Store]] = {"local": _local}
"""How to open the store that lives in a folder. Everybody who opens the same folder gets the same document."""


def open_store(kind: str, folder: str | Path) -> Store:
    """Return the store of that kind in `folder`."""
    return KINDS[kind](Path(folder))
