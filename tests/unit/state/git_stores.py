"""Stores in git repositories, and the checkouts that they are opened from."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import StateError
from sarv_sync.state.git.backend import GitStore, open_git
from sarv_sync.state.interface import Site
from tests.engines.git import REF, SETTLED, git

if TYPE_CHECKING:
    from collections.abc import Callable


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


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that ended counts as gone before anybody asks for how it did."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def beside(repository: Path) -> Path:
    """Return a folder to open the state from, which `repository` is not in."""
    folder = repository.with_name("here")
    folder.mkdir(exist_ok=True)
    return folder


def write(repository: Path, *documents: bytes, **options: Any) -> None:
    """Write one document after the other, each as a run of its own would."""
    for data in documents:
        store = opened(beside(repository), remote=str(repository), **options)
        store.swap(store.version(), data)


def used(directory: Path, **options: Any) -> bytes | None:
    """Write twice and read, as runs do."""
    opened(directory, **options).swap(None, b"first")
    store = opened(directory, **options)
    store.swap(store.version(), b"second")
    return content(opened(directory, **options))


def log(repository: Path, form: str, ref: str = REF) -> list[str]:
    """Return what `form` says of each commit, the newest first."""
    return git(repository, "log", f"--format={form}", ref).splitlines()
