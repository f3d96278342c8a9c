"""The state in a ref of a git repository: every write is a commit, and git's own lease decides who writes.

The ref has a history of its own, apart from everybody's branches. A push names the commit that it replaces; the
server compares and sets the ref in one step, so of several writers one wins. A push whose answer was lost is looked
for: no two of them make the same commit.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import NotInstalled, StateError
from sarv_sync.state.doubt import InDoubt, settled
from sarv_sync.state.git.channel import Channel, Declined
from sarv_sync.state.git.command import Git, child_environment
from sarv_sync.state.git.commits import FILE, CommitFailed, commit, fetched, shortened
from sarv_sync.state.git.failures import failed, unusable
from sarv_sync.state.git.place import place_of
from sarv_sync.state.git.token import token_of
from sarv_sync.state.interface import Stored, lost
from sarv_sync.state.remote import Remote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sarv_sync.state.git.commits import Written
    from sarv_sync.state.git.place import Place
    from sarv_sync.state.interface import Site

_TIDY_AFTER = 32
"""After so many writes their leftovers are removed: a long run makes hundreds, of a document that may be large."""


def open_git(options: Mapping[str, Any], site: Site) -> GitStore:
    """Return the ref that `remote` and `ref` name. Raises `InputError`."""
    place = place_of(options, site.directory)
    executable = shutil.which("git", path=site.environment.get("PATH"))
    if executable is None:
        raise NotInstalled("the state is in a git repository, and git is not installed", "install git 2.30 or newer")
    git = Git(executable, site.directory, child_environment(site.environment))
    return GitStore(place, Channel(place, git, site.ca_bundle, token_of(site.environment)))


class GitStore(Remote):
    """The document at the tip of a ref. Its version is the commit's name."""

    def __init__(self, place: Place, channel: Channel) -> None:
        self._where = str(place)
        self._history = place.history
        self._channel = channel
        self._last: Written | None = None
        self._writes = 0

    def read(self) -> Stored | None:
        """Return the document of the newest commit; it is fetched if it is not the one last seen."""
        with self._translated("read"):
            version = self._channel.version("read")
            if version is None:
                return None
            last = self._last
            if last is None or last.commit != version:
                last = self._last = self._fetched("read", 1)
            return Stored(last.data, last.commit)

    def version(self) -> str | None:
        """Return the commit that the ref is at."""
        with self._translated("read"):
            return self._channel.version("read")

    def swap(self, expected: str | None, data: bytes) -> str:
        """Commit `data` on top of `expected`, and push that."""
        return settled(self, lambda: self._attempt(expected, data), expected, data)

    def describe(self) -> str:
        """Return ref and remote."""
        return self._where

    def _attempt(self, expected: str | None, data: bytes) -> str:
        with self._translated("write"):
            parent = self._parent(expected)
            if parent is not None and self._is_due(parent.depth + 1):
                # A server that keeps history from being rewritten gets the next commit of it instead.
                with suppress(Declined):
                    return self._write_shortened(parent, data)
            try:
                return self._write(expected, data, expected, 1 if parent is None else parent.depth + 1)
            except Declined as refusal:
                if self._channel.version("write") != expected:
                    raise lost(self._where) from None
                raise (InDoubt(refusal.error) if refusal.passing else refusal.error) from None

    def _parent(self, expected: str | None) -> Written | None:
        """Return the commit to write on top of; raise `SwapLost` if the ref is not at it."""
        if expected is not None and self._last is not None and self._last.commit == expected:
            return self._last
        if self._channel.version("write") != expected:
            raise lost(self._where)
        if expected is None:
            return None
        self._last = self._fetched("write", 1)
        if self._last.commit != expected:
            raise lost(self._where)
        return self._last

    def _is_due(self, depth: int) -> bool:
        """Tell whether the history is to be cut with the write that makes it `depth` commits long.

        It grows to twice what is kept: cutting takes more time than a write. Where the server does not let it be
        cut, that is tried again when so many more have come.
        """
        keep = self._history
        return keep is not None and depth > 2 * keep and depth % keep == 1 % keep

    def _write_shortened(self, parent: Written, data: bytes) -> str:
        keep = self._history or 1
        base = None
        if keep > 1:
            if self._fetched("write", keep - 1).commit != parent.commit:
                raise lost(self._where)
            base = shortened(self._channel.git)
        return self._write(parent.commit, data, base, keep)

    def _write(self, expected: str | None, data: bytes, parent: str | None, depth: int) -> str:
        written = commit(self._channel.git, data, parent, depth)
        self._channel.push(expected, written.commit)
        self._last = written
        self._writes += 1
        if self._writes % _TIDY_AFTER == 0:
            with suppress(OSError):
                self._channel.forget_all_but(written.commit)
        return written.commit

    def _fetched(self, verb: str, depth: int) -> Written:
        self._channel.fetch(verb, depth)
        written = fetched(self._channel.git)
        if written is None:
            raise StateError(
                f"cannot {verb} the state {self._where}: there is no file {FILE} in the commit that it is at",
                "this ref is used for something else: set state.ref to one that nothing else uses",
            )
        return written

    @contextmanager
    def _translated(self, verb: str) -> Iterator[None]:
        try:
            yield
        except CommitFailed as failure:
            raise failed(verb, self._where, failure.ended) from None
        except OSError as error:
            raise unusable(verb, self._where, error) from None
