"""Objects and refs of a real repository, as the git database of GitHub's API reads and writes them."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class TreeEntry(NamedTuple):
    """What a tree says of one thing in it, by its path from there."""

    mode: str
    kind: str
    sha: str
    path: str


class Told(NamedTuple):
    """A commit's author and committer, each by the e-mail address, and its message."""

    author: str
    committer: str
    message: str


class GitStore:
    """The repository at a path, bare or not. Nothing is kept in mind: a test may change it meanwhile."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def ref(self, name: str) -> str | None:
        """Return the SHA that the ref `heads/…` or `tags/…` has."""
        return self.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"refs/{name}") or None

    def move(self, name: str, sha: str) -> None:
        """Have the ref `heads/…` at `sha`, wherever it was."""
        self.run("update-ref", f"refs/{name}", sha)

    def kind(self, sha: str) -> str:
        """Return `commit`, `tree` or `blob`, "" for what is not there."""
        return self.run("cat-file", "-t", sha)

    def is_ancestor(self, old: str, new: str) -> bool:
        return self._done("merge-base", "--is-ancestor", old, new).returncode == 0

    def told(self, sha: str) -> Told:
        author, committer, message = self.run("show", "--no-patch", "--format=%ae%n%ce%n%B", sha).split("\n", 2)
        return Told(author, committer, message.rstrip("\n"))

    def entries(self, tree: str, *, recursive: bool = False) -> list[TreeEntry]:
        """Return what a tree holds."""
        lines = self.run("ls-tree", "-z", *(["-r", "-t"] if recursive else []), tree).split("\0")
        return [TreeEntry._make(re.split(r"[ \t]", line, maxsplit=3)) for line in lines if line]

    def changed(self, old: str, new: str) -> list[tuple[str, str, str]]:
        """Return status (`A`, `M`, `D`), new SHA and path of every file that differs."""
        words = self.run("diff-tree", "-r", "-z", "--no-renames", old, new).split("\0")
        pairs = zip(words[::2], words[1::2], strict=False)
        return [(about.split(" ")[4], about.split(" ")[3], path) for about, path in pairs]

    def write_blob(self, content: bytes) -> str:
        return self.run("hash-object", "-w", "--stdin", data=content)

    def write_tree(self, base: str | None, entries: Sequence[TreeEntry]) -> str:
        """Write the tree `base` with `entries` in it, or in place of what was there."""
        index = str(self._path / "forge-index")
        with_index = {"GIT_INDEX_FILE": index}
        self.run("read-tree", *([base] if base else ["--empty"]), more=with_index)
        for entry in entries:
            self.run(
                "update-index", "--add", "--cacheinfo", f"{entry.mode},{entry.sha},{entry.path}", more=with_index
            )
        return self.run("write-tree", more=with_index)

    def write_commit(self, tree: str, parents: Sequence[str], message: str, email: str) -> str:
        identity = {
            f"GIT_{role}_{part}": value
            for role in ("AUTHOR", "COMMITTER")
            for part, value in (("NAME", email.partition("@")[0]), ("EMAIL", email))
        }
        flags = [word for parent in parents for word in ("-p", parent)]
        return self.run("commit-tree", tree, *flags, data=message.encode(), more=identity)

    def run(self, *words: str, data: bytes = b"", more: dict[str, str] | None = None) -> str:
        """Return what git says, "" where it fails."""
        done = self._done(*words, data=data, more=more)
        return done.stdout.decode().strip() if done.returncode == 0 else ""

    def _done(
        self, *words: str, data: bytes = b"", more: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        # Configuration and environment of the caller are none of this repository's.
        settings = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        alone = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, **(more or {})}
        return subprocess.run(
            ["git", "-C", str(self._path), *words], env=settings | alone, input=data, capture_output=True, check=False
        )
