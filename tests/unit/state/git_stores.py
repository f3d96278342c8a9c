"""Stores in git repositories, and the checkouts that they are opened from."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import StateError
from sarv_sync.state.git import GitStore, open_git
from sarv_sync.state.interface import Site
from tests.engines.git import SETTLED, git

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def opened(
    directory: Path, *, ca_bundle: str | None = None, variables: dict[str, str] | None = None, **options: Any
) -> GitStore:
    """Open the state that `options` name from `directory`, with nobody's settings but the repository's."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment = {**inherited, **SETTLED, **(variables or {})}
    return open_git(options, Site(directory, environment, ca_bundle))


def content(store: GitStore) -> bytes | None:
    stored = store.read()
    return None if stored is None else stored.data


def checkout(path: Path, remote: str | Path, *options: str) -> Path:
    """Clone `remote` to `path`."""
    git(path.parent, "clone", "--quiet", *options, str(remote), str(path))
    return path


def complaint(attempt: Callable[[], object]) -> StateError:
    """Return the error that `attempt` ends with."""
    try:
        attempt()
    except StateError as error:
        return error
    raise AssertionError("there was no error")
