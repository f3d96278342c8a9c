"""Which commit is checked out."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from sarv_sync.errors import InputError, NotInstalled
from sarv_sync.state.git.command import Git, child_environment
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Checkout:
    """A commit and its tree, by git's hashes."""

    commit: str
    tree: str


def read_checkout(folder: Path, environment: Mapping[str, str]) -> Checkout:
    """Return what is checked out in `folder`. Raises `InputError` where that is no git repository."""
    executable = shutil.which("git", path=environment.get("PATH"))
    if executable is None:
        raise NotInstalled("git is not installed, and what is checked out cannot be told", "install git")
    git = Git(executable, folder, child_environment(environment))
    # In a container the files may be another user's, and git would rather not look. It runs nothing for this.
    ended = git.run("-c", "safe.directory=*", "rev-parse", "HEAD", "HEAD^{tree}")
    match ended.text.split():
        case [commit, tree] if ended.well:
            return Checkout(commit, tree)
    raise InputError(
        "what is checked out cannot be told: this is no git repository, or it has no commit",
        "let actions/checkout run before, in the same job",
    )
