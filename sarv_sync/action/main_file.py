"""Which file is the main one, as the repository calls it.

What is checked out may be a stranger's. A link in the place of the main file, or of a folder on the way to it, would
have anything of this machine read, and quoted where it is no configuration.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from sarv_sync.errors import InputError

_HINT = "name a file of the repository, below the workspace, that no symbolic link leads away from"


def main_file(workspace: Path, directory: Path, named: str) -> str:
    """Return the path from the root of the repository to the main file, which `named` is, seen from `directory`.

    Raises `InputError` unless it is a regular file of the workspace, apart from git's own; one that is not there is
    told by whoever reads it.
    """
    root, path = Path(os.path.realpath(workspace)), directory / named
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(root) or ".git" in real.relative_to(root).parts:
        raise InputError(f"the main file {named} does not lie in the checkout", _HINT)
    if real.exists() and not stat.S_ISREG(real.stat().st_mode):
        raise InputError(f"the main file {named} is not a regular file", _HINT)
    folder = Path(os.path.realpath(path.parent))
    return (folder / path.name).relative_to(root).as_posix()
