"""Which commit the files of a run are of, for those who later ask where a change came from.

::

    the folder of the main file             what is told
    -------------------------------------   ------------------------------------------
    is checked out by git, which says so    the commit; marked where a file is another
    anything else, in a job of CI           the commit that the job is about
    anything else                           nothing

Nothing depends on the answer, so that nothing may fail for want of it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.state.git.command import Git, child_environment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PATIENCE = 5.0
"""Seconds that git may take for one answer."""

DIRTY = "-dirty"
"""Ends a commit of which some file was changed since. No git takes such a name for a commit."""

_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_OF_JOBS = ("GITHUB_SHA", "CI_COMMIT_SHA")
_LARGEST = 64 * 1024 * 1024


def find_commit(environment: Mapping[str, str], directory: Path, files: Sequence[Path] = ()) -> str | None:
    """Return the commit that `files` are of, the main file being in `directory`; None where nothing tells.

    Ends with `-dirty` where one of `files` is not as that commit has it. What is checked out counts for more than
    what a job of CI is about, which may be another commit, or one of another repository.
    """
    try:
        return _checked_out(environment, Path(os.path.realpath(directory)), files) or _of_job(environment)
    except (OSError, ValueError):
        return _of_job(environment)


def _of_job(environment: Mapping[str, str]) -> str | None:
    said = (environment.get(name, "") for name in _OF_JOBS)
    return next((commit for commit in said if _HASH.fullmatch(commit)), None)


def _checked_out(environment: Mapping[str, str], folder: Path, files: Sequence[Path]) -> str | None:
    executable = shutil.which("git", path=environment.get("PATH"))
    if executable is None or not any(os.path.lexists(above / ".git") for above in (folder, *folder.parents)):
        return None
    git = Git(executable, folder, child_environment(environment), PATIENCE)
    ended = git.run("rev-parse", "--verify", "HEAD^{commit}")
    commit = ended.text.strip()
    if not ended.well or not _HASH.fullmatch(commit):
        return None
    return commit if _are_of(commit, git, files) else commit + DIRTY


def _are_of(commit: str, git: Git, files: Sequence[Path]) -> bool:
    """Say whether every one of `files` is as `commit` has it.

    git is asked for the hashes alone: to compare files it would run the programs that a repository's settings name.
    """
    paths = [os.path.relpath(os.path.realpath(file), git.folder) for file in files]
    if any("\n" in path for path in paths):
        return False
    asked = "".join(f"{commit}:./{path}\n" for path in paths)
    ended = git.run("cat-file", "--batch-check=%(objectname)", data=os.fsencode(asked))
    hashes = ended.text.splitlines()
    if not ended.well or len(hashes) != len(paths):
        return False
    return all(_is(file, wanted) for file, wanted in zip(files, hashes, strict=True))


def _is(file: Path, wanted: str) -> bool:
    """Say whether `file` has the hash `wanted`, as it is or with the line ends that git keeps."""
    if not _HASH.fullmatch(wanted):
        return False
    with file.open("rb") as stream:
        content = stream.read(_LARGEST + 1)
    return wanted in {_blob(content, len(wanted)), _blob(content.replace(b"\r\n", b"\n"), len(wanted))}


def _blob(content: bytes, digits: int) -> str:
    """Return the hash that git gives to a file with `content`, in a repository whose hashes have so many digits."""
    name = "sha1" if digits == 40 else "sha256"
    return hashlib.new(name, b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
