"""The git repository that a folder is in, as far as it can be told without git."""

from __future__ import annotations

import os
from pathlib import Path

from sarv_sync.errors import InputError
from sarv_sync.values import dataclass


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository: its top folder, and the way from there to the folder that was asked for ("" for the top)."""

    top: Path
    folder: str


def repository_of(directory: Path) -> Repository | None:
    """Return the repository that `directory`, which need not exist yet, is in; None if it is in none."""
    whole = Path(os.path.realpath(directory))
    top = next((folder for folder in (whole, *whole.parents) if (folder / ".git").exists()), None)
    if top is None:
        return None
    return Repository(top, "" if top == whole else whole.relative_to(top).as_posix())


def check_inside(repository: Repository, path: str) -> None:
    """Raise `InputError` if a link leads from `path`, a folder in `repository`, out of it."""
    if not Path(os.path.realpath(repository.top / path)).is_relative_to(repository.top):
        hint = f"make {path} a folder of the repository itself"
        raise InputError(f"{repository.top / path} leads out of the repository", hint)
