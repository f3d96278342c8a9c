"""How a branch stands to the one that it is to be merged into: what it has of its own, and by whom."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sarv_sync.errors import GitHubError
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.github.interface import Api

TRAILER = "Sarv-Sync-Tree"
"""The last line of a commit's message names its tree. One that was changed or moved has another tree."""

_FILES_MAX = 300
"""GitHub tells of no more, and of 250 commits ("Compare two commits")."""

_TRAILED = re.compile(rf"{TRAILER}: ([0-9a-f]+)")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A branch held against its base.

    `has_base` says that everything of the base is in the branch, `in_base` that everything of the branch is in the
    base. `files` are those that the branch has changed since the two parted: path → hash, with "" for one that is not
    simply a new content. `strangers` are its commits that we did not make as they are, by hash; `whole` says that
    GitHub has told of all commits and files.
    """

    has_base: bool
    in_base: bool
    files: dict[str, str]
    strangers: tuple[str, ...]
    whole: bool


def compare(api: Api, repository: str, base: str, head: str) -> Comparison | None:
    """Return how `head` stands to `base`, two commits; None where they have nothing in common.

    Raises `GitHubError`.
    """
    try:
        answer = api.get(f"/repos/{repository}/compare/{quote(base)}...{quote(head)}")
    except GitHubError as error:
        if error.status != 404:
            raise
        return None
    match answer:
        case {"ahead_by": int(ahead), "behind_by": int(behind), "commits": list(commits), "files": list(files)}:
            strangers = tuple(str(each.get("sha")) for each in map(_object, commits) if not _is_ours(each))
            whole = len(commits) == ahead and len(files) < _FILES_MAX
            return Comparison(behind == 0, ahead == 0, dict(map(_file, files)), strangers, whole)
    raise GitHubError("GitHub does not say how two commits stand to one another", "run the job again")


def trailed(message: str, tree: str) -> str:
    """Return the message of a commit of ours with that tree."""
    return f"{message.rstrip()}\n\n{TRAILER}: {tree}\n"


def _is_ours(commit: dict[str, Any]) -> bool:
    match commit:
        case {"commit": {"message": str(message), "tree": {"sha": str(tree)}}}:
            found = _TRAILED.fullmatch(message.rstrip().rpartition("\n")[2])
            return found is not None and found[1] == tree
    return False


def _file(item: Any) -> tuple[str, str]:
    match item:
        case {"filename": str(path), "status": "modified", "sha": str(sha)}:
            return path, sha
    return str(_object(item).get("filename")), ""


def _object(item: Any) -> dict[str, Any]:
    return item if isinstance(item, dict) else {}
