"""A branch that holds new contents of a few files, and nothing else: made, moved forwards, or left alone.

Only a branch whose every commit is ours is moved, and only forwards: GitHub itself refuses a move that would take a
commit out of it. So nothing that anybody has pushed is ever lost, not even what comes between looking and moving.

==================================================  ==================================================================
what stands there                                   what becomes of it
==================================================  ==================================================================
no such branch                                      it is made, with one commit on top of the base
it changes these files to these contents, no others nothing, unless the base has changed one of them since
all that it has beyond the base is ours             one more commit, which takes in the base if that has moved on
it has a commit that is not ours as it is           left as it is, and said so
somebody pushes between looking and moving          GitHub refuses the move; looked at again, it is left as it is
the answer to a move is lost                        looked at again: it is there, or it is made
==================================================  ==================================================================
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from sarv_sync.errors import GitHubError, Refused
from sarv_sync.github.comparison import compare, trailed
from sarv_sync.github.git_objects import Objects, TreeEntry, blob_hash
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.github.comparison import Comparison
    from sarv_sync.github.interface import Api

_TRIES = 3


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file by its path from the repository's root: what it held when it was read, and what it is to hold."""

    path: str
    before: bytes
    after: bytes


class State(Enum):
    """What became of the branch."""

    MADE = "made"
    MOVED = "moved"
    UNCHANGED = "unchanged"
    LEFT = "left"
    """It has commits that are not ours."""


@dataclass(frozen=True, slots=True)
class Branch:
    """The branch as it was left. `strangers` are the commits for whose sake it was left, if GitHub names them."""

    state: State
    strangers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Onto:
    """What the branch is to be merged into: a commit, its tree, and the files as they are there."""

    commit: str
    tree: str
    files: tuple[TreeEntry, ...]


@dataclass(frozen=True, slots=True)
class OwnBranch:
    """The branch `name` of a repository, which is to be merged into the branch `base`."""

    api: Api
    repository: str
    name: str
    base: str

    def keep(self, changes: Sequence[FileChange], message: str) -> Branch:
        """Have the branch hold `changes` and nothing else beyond its base.

        Raises `Refused` where the base does not have the files as they were read, and `GitHubError`.
        """
        onto = self._read_base(changes)
        wanted = {change.path: blob_hash(change.after) for change in changes}
        for _ in range(_TRIES):
            head = self._objects.branch(self.name)
            stands = None if head is None else compare(self.api, self.repository, onto.commit, head)
            if head is not None and (found := self._as_it_is(onto, head, stands, wanted)) is not None:
                return found
            commit = self._commit(onto, _parents(onto.commit, head, stands), changes, message)
            try:
                return self._move(head, commit)
            except GitHubError as error:
                if error.status is not None and error.status != 422 and error.status < 500:
                    raise
                lost = error
        raise lost

    @property
    def _objects(self) -> Objects:
        return Objects(self.api, self.repository)

    def _read_base(self, changes: Sequence[FileChange]) -> _Onto:
        commit = self._objects.branch(self.base)
        if commit is None:
            raise Refused(
                f"there is no branch {self.base} to change files on", "run this on the branch that is applied"
            )
        tree = self._objects.tree_of(commit)
        return _Onto(commit, tree, tuple(self._as_read(tree, change) for change in changes))

    def _as_read(self, tree: str, change: FileChange) -> TreeEntry:
        found = self._objects.file(tree, change.path)
        if found is None or found.sha != blob_hash(change.before):
            raise Refused(
                f"{change.path} is not on {self.base} as it was read here, so its change would undo what is there",
                "a commit has changed it since, or a step before this one: run the job again, on the newest commit "
                "and with the checkout as it came",
                reason="superseded",
            )
        return found

    def _as_it_is(self, onto: _Onto, head: str, stands: Comparison | None, wanted: dict[str, str]) -> Branch | None:
        """Return what there is to say of a branch that nothing is done to, None if it is to be moved."""
        if stands is None or not stands.whole:
            return Branch(State.LEFT)
        if stands.files == wanted and (stands.has_base or self._base_keeps(wanted, onto.commit, head)):
            return Branch(State.UNCHANGED)
        return Branch(State.LEFT, stands.strangers) if stands.strangers else None

    def _base_keeps(self, files: dict[str, str], base: str, head: str) -> bool:
        """Say whether the base has `files` as they were when the branch left it. Merging might not work otherwise."""
        moved = compare(self.api, self.repository, head, base)
        return moved is not None and moved.whole and files.keys().isdisjoint(moved.files)

    def _commit(self, onto: _Onto, parents: Sequence[str], changes: Sequence[FileChange], message: str) -> str:
        for change in changes:
            self._objects.write_blob(change.after)
        entries = [
            TreeEntry(file.path, file.mode, blob_hash(change.after))
            for change, file in zip(changes, onto.files, strict=True)
        ]
        tree = self._objects.write_tree(onto.tree, entries)
        return self._objects.write_commit(tree, parents, trailed(message, tree))

    def _move(self, head: str | None, commit: str) -> Branch:
        if head is None:
            self._objects.create_branch(self.name, commit)
            return Branch(State.MADE)
        self._objects.advance_branch(self.name, commit)
        return Branch(State.MOVED)


def _parents(base: str, head: str | None, stands: Comparison | None) -> list[str]:
    """Return the commits to go on from. With the head among their ancestors the branch only moves forwards."""
    if head is None or stands is None or stands.in_base:
        return [base]
    return [head] if stands.has_base else [head, base]
