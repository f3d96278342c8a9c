"""Commits: of a real git repository, or of a graph that a test draws."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

from tests.forge.git_store import GitStore

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class Commit(NamedTuple):
    """A commit by its SHA, that of its tree, and those of its parents."""

    sha: str
    tree: str
    parents: tuple[str, ...]


class History(Protocol):
    """Where commits are looked up."""

    def commit(self, ref: str) -> Commit | None:
        """Return the commit that `ref` names: a SHA, a branch or a tag."""
        ...

    def ancestors(self, sha: str) -> frozenset[str]:
        """Return the commits that are reached from this one, itself included."""
        ...

    def merge_base(self, base: str, head: str) -> str | None:
        """Return the best common ancestor of two SHAs."""
        ...


@dataclass
class Graph:
    """A graph: SHA to parents, oldest first; `branches` names some. What is not in it does not exist."""

    parents: Mapping[str, Sequence[str]] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)

    def commit(self, ref: str) -> Commit | None:
        sha = self.branches.get(ref, ref)
        if sha not in self.parents:
            return None
        return Commit(sha, hashlib.sha1(sha.encode()).hexdigest(), tuple(self.parents[sha]))

    def ancestors(self, sha: str) -> frozenset[str]:
        found: set[str] = set()
        ahead = [sha]
        while ahead:
            found.add(here := ahead.pop())
            ahead += self.parents[here]
        return frozenset(found)

    def merge_base(self, base: str, head: str) -> str | None:
        common = self.ancestors(base) & self.ancestors(head)
        return next((sha for sha in reversed(list(self.parents)) if sha in common), None)


class GitHistory:
    """The git repository at a path, bare or not. It is asked anew every time, so a test may go on committing."""

    def __init__(self, path: Path) -> None:
        self.store = GitStore(path)

    def commit(self, ref: str) -> Commit | None:
        if ref.startswith("-"):
            return None
        for candidate in (ref, f"refs/heads/{ref}", f"refs/{ref}"):
            found = self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{candidate}^{{commit}}")
            if found:
                tree, *parents = self._git("show", "--no-patch", "--format=%T %P", found).split()
                return Commit(found, tree, tuple(parents))
        return None

    def ancestors(self, sha: str) -> frozenset[str]:
        return frozenset(self._git("rev-list", sha).split())

    def merge_base(self, base: str, head: str) -> str | None:
        return self._git("merge-base", base, head) or None

    def _git(self, *words: str) -> str:
        return self.store.run(*words)
