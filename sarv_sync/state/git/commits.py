"""Documents as commits: one file in a tree, one commit a write, and what the commit says about itself.

The message ends with two trailers. One is random: no two writes are the same commit, so that a push which changes
nothing can never be taken for one that did. The other counts the commits up to this one, which a history that is
not fetched cannot tell.
"""

from __future__ import annotations

import os
import re
import secrets
from typing import TYPE_CHECKING

from sarv_sync.state.git.workshop import SEEN
from sarv_sync.state.headline import headline
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.state.git.command import Ended, Git

FILE = "sarv-sync.state.json"

_KEPT = "refs/sarv-sync/kept"
_DEPTH = re.compile(rb"^Sarv-Sync-Depth: ([0-9]{1,9})$", re.MULTILINE)
_HEADER = re.compile(rb"([0-9a-f]+) (commit|blob) ([0-9]+)")


@dataclass(frozen=True, slots=True)
class Written:
    """A commit with its document; `depth` counts the commits of its history, itself included."""

    commit: str
    depth: int
    data: bytes


class CommitFailed(Exception):
    """git could not make a commit."""

    def __init__(self, ended: Ended) -> None:
        super().__init__(ended.said)
        self.ended = ended


def fetched(git: Git) -> Written | None:
    """Return what was fetched last, None if it holds no document."""
    asked = f"{SEEN}^{{commit}}\n{SEEN}:{FILE}\n"
    found = git.run("cat-file", "--batch", data=asked.encode()).output
    commit, message, rest = _object(found, b"commit")
    blob, data, _ = _object(rest, b"blob")
    if not commit or not blob:
        return None
    depth = _DEPTH.search(message)
    return Written(commit, int(depth[1]) if depth else 1, data)


def commit(git: Git, data: bytes, parent: str | None, depth: int) -> Written:
    """Make the commit that puts `data` in place of what `parent` holds. Raises `CommitFailed`."""
    blob = _made(git, "hash-object", "-w", "--stdin", data=data)
    tree = _made(git, "mktree", data=f"100644 blob {blob}\t{FILE}\n".encode())
    message = f"{headline(data)}\n\nSarv-Sync-Depth: {depth}\nSarv-Sync-Write: {secrets.token_hex(16)}\n"
    parents = () if parent is None else ("-p", parent)
    made = _made(git, "commit-tree", *parents, tree, data=message.encode())
    return Written(made, depth, data)


def shortened(git: Git) -> str:
    """Return a copy of the newest commit fetched, with no more history than was fetched. Raises `CommitFailed`.

    Trees, messages, names and dates stay as they are; only the parents are others.
    """
    renamed = f"--refspec={SEEN}:{_KEPT}"
    exported = git.run("fast-export", "--no-data", "--reencode=no", "--signed-tags=strip", renamed, SEEN)
    if not exported.well:
        raise CommitFailed(exported)
    imported = git.run("fast-import", "--quiet", "--force", data=exported.output)
    if not imported.well:
        raise CommitFailed(imported)
    return _made(git, "rev-parse", "--verify", _KEPT)


def _made(git: Git, *arguments: str, data: bytes = b"") -> str:
    ended = git.run(*arguments, data=data)
    if not ended.well:
        raise CommitFailed(ended)
    return os.fsdecode(ended.output).strip()


def _object(found: bytes, kind: bytes) -> tuple[str, bytes, bytes]:
    """Return name, content and what follows of the first object in `found`; no name if it is no such object."""
    header, _, rest = found.partition(b"\n")
    match = _HEADER.fullmatch(header)
    if match is None or match[2] != kind:
        return "", b"", rest
    size = int(match[3])
    return match[1].decode(), rest[:size], rest[size + 1 :]
