"""What a repository holds, through the REST API: no checkout is touched, and no git is run.

Blobs and trees are named by what they hold, so writing one twice is writing it once. A commit that no ref names is
seen by nobody.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sarv_sync.errors import GitHubError
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sarv_sync.github.interface import Api


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A file of a tree: its path from the repository's root, its mode, and the hash of what it holds."""

    path: str
    mode: str
    sha: str


@dataclass(frozen=True, slots=True)
class Objects:
    """The objects and branches of one repository. Everything raises `GitHubError`."""

    api: Api
    repository: str

    def branch(self, name: str) -> str | None:
        """Return the commit that a branch is at, None where there is no such branch."""
        try:
            answer = self.api.get(f"{self._git}/ref/heads/{quote(name)}")
        except GitHubError as error:
            if error.status != 404:
                raise
            return None
        match answer:
            case {"object": {"sha": str(sha), "type": "commit"}}:
                return sha
        raise _unusable("which commit a branch is at")

    def tree_of(self, commit: str) -> str:
        """Return the tree of a commit."""
        return _text(self.api.get(f"{self._git}/commits/{quote(commit)}"), "tree", "sha")

    def file(self, tree: str, path: str) -> TreeEntry | None:
        """Return what a tree has at `path`, None unless that is a regular file."""
        *folders, name = path.split("/")
        for folder in folders:
            found = self._entry(tree, folder)
            if found is None or found.mode != "040000":
                return None
            tree = found.sha
        found = self._entry(tree, name)
        return TreeEntry(path, found.mode, found.sha) if found and found.mode in {"100644", "100755"} else None

    def write_blob(self, content: bytes) -> None:
        """Have the repository hold `content`. Whether it arrived as it is, its hash says."""
        document = {"content": b64encode(content).decode("ascii"), "encoding": "base64"}
        if _text(self.api.send("POST", f"{self._git}/blobs", document), "sha") != blob_hash(content):
            raise _unusable("that it holds what it was sent")

    def write_tree(self, base: str, entries: Iterable[TreeEntry]) -> str:
        """Return the tree `base` with `entries` in place of what it has there."""
        listed = [{"path": each.path, "mode": each.mode, "type": "blob", "sha": each.sha} for each in entries]
        return _text(self.api.send("POST", f"{self._git}/trees", {"base_tree": base, "tree": listed}), "sha")

    def write_commit(self, tree: str, parents: Sequence[str], message: str) -> str:
        """Return a new commit. Who made it GitHub takes from the token, and signs for an app."""
        document = {"message": message, "tree": tree, "parents": list(parents)}
        return _text(self.api.send("POST", f"{self._git}/commits", document), "sha")

    def create_branch(self, name: str, commit: str) -> None:
        """Make a branch; GitHub refuses with 422 where it is there by now."""
        self.api.send("POST", f"{self._git}/refs", {"ref": f"refs/heads/{name}", "sha": commit})

    def advance_branch(self, name: str, commit: str) -> None:
        """Move a branch forwards; GitHub refuses with 422 what would take a commit out of it."""
        self.api.send("PATCH", f"{self._git}/refs/heads/{quote(name)}", {"sha": commit, "force": False})

    @property
    def _git(self) -> str:
        return f"/repos/{self.repository}/git"

    def _entry(self, tree: str, name: str) -> TreeEntry | None:
        answer = self.api.get(f"{self._git}/trees/{quote(tree)}")
        listed = answer.get("tree") if isinstance(answer, dict) else None
        if not isinstance(listed, list):
            raise _unusable("what a folder holds")
        for item in listed:
            match item:
                case {"path": str(path), "mode": str(mode), "sha": str(sha)} if path == name:
                    return TreeEntry(path, mode, sha)
        return None


def blob_hash(content: bytes) -> str:
    """Return the hash by which git names a file of this content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _text(document: Any, *keys: str) -> str:
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    if not isinstance(document, str) or not document:
        raise _unusable("what it was asked about the repository")
    return document


def _unusable(what: str) -> GitHubError:
    return GitHubError(f"GitHub does not say {what}", "run the job again")
