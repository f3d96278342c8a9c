"""The ref at the remote, as git sees and changes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sarv_sync.errors import StateError
from sarv_sync.state.doubt import InDoubt
from sarv_sync.state.git.checkout import Unusable, checkout_of, target_of
from sarv_sync.state.git.command import Ended
from sarv_sync.state.git.failures import failed, never_began
from sarv_sync.state.git.place import path_of
from sarv_sync.state.git.workshop import SEEN, Workshop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.state.git.command import Git
    from sarv_sync.state.git.place import Place
    from sarv_sync.state.git.token import Token

_OLDEST = (2, 30)
_HASHES = {40: "sha1", 64: "sha256"}
_OTHER_HASHES = "does not support this repository's hash algorithm"
_DONE = frozenset(" *+")
_PASSING = re.compile(r"\block|failed to update|incorrect old|unpacker|internal .*error|try again", re.IGNORECASE)


class Declined(Exception):
    """The ref was not written. `passing`: it may be when that is tried again."""

    def __init__(self, error: StateError, *, passing: bool) -> None:
        super().__init__(error.message)
        self.error = error
        self.passing = passing


class Channel:
    """The way to the ref of `place`. `outside` runs git in the main file's folder, `token` is for its own server."""

    def __init__(self, place: Place, outside: Git, ca_bundle: str | None, token: Token | None = None) -> None:
        self._place = place
        self._where = str(place)
        self._outside = outside
        self._ca_bundle = ca_bundle
        self._token = token
        self._remote = place.remote
        self._workshop: Workshop | None = None

    @property
    def git(self) -> Git:
        """How to run git on what was fetched, and where to make what is pushed."""
        return self._open("write").git

    def version(self, verb: str) -> str | None:
        """Return the commit that the ref is at, None if the repository can be seen and has no such ref."""
        # HEAD, if there is one, tells which hashes are used where the ref itself is not there to do so.
        ended = self._talk(verb, "ls-remote", (), self._place.ref, "HEAD")
        if not ended.well:
            raise failed(verb, self._where, ended)
        there = {name: commit for commit, _, name in (line.partition("\t") for line in ended.text.splitlines())}
        self._use(verb, {_HASHES.get(len(commit)) for commit in there.values()})
        return there.get(self._place.ref)

    def fetch(self, verb: str, depth: int) -> None:
        """Fetch the ref's newest commits, `depth` of them."""
        # No refmap: a refspec of the user's would count as well, and may refuse a history that was cut.
        options = ("--quiet", f"--depth={depth}", "--no-tags", "--no-filter", "--refmap=")
        wanted = f"+{self._place.ref}:{SEEN}"
        ended = self._talk(verb, "fetch", options, wanted)
        if not ended.well:
            raise failed(verb, self._where, ended)

    def push(self, expected: str | None, commit: str) -> None:
        """Put the ref from `expected` (None: from nothing) to `commit`, or raise.

        `StateError`: certainly nothing was written. `Declined`: so say git or the server. `InDoubt` else.
        """
        ref = self._place.ref
        lease = f"--force-with-lease={ref}:{expected or ''}"
        ended = self._talk("write", "push", ("--porcelain", lease), f"{commit}:{ref}")
        flag, reason = _status(ended.text, ref)
        # Only an update counts: `=` is a ref that was there already, and says nothing about who put it there.
        if ended.well and flag in _DONE:
            return
        error = failed("write", self._where, ended, reason)
        if flag == "!":
            raise Declined(error, passing=_PASSING.search(reason) is not None)
        if not flag and never_began(ended):
            raise error
        if _OTHER_HASHES in ended.said:
            # An empty repository does not tell which hashes it uses before something is pushed to it.
            self._use("write", set(_HASHES.values()))
        raise InDoubt(error)

    def forget_all_but(self, commit: str) -> None:
        """Keep the temporary files small: of what was fetched and made, only `commit` is of use any more."""
        self._open("write").forget_all_but(commit)

    def _talk(self, verb: str, command: str, options: Sequence[str], *refs: str) -> Ended:
        """Run a command that connects to the remote, about `refs`. Which remote that is, is known once it is open."""
        git = self._open(verb).git
        return git.run(command, *options, "--", self._remote, *refs, token=self._token)

    def _open(self, verb: str) -> Workshop:
        if self._workshop is None:
            _check_age(self._outside.run("version"), verb, self._where)
            hashes = self._find_remote(verb)
            self._workshop = self._made(verb, hashes)
            self._keep_token_back(self._workshop.git)
        return self._workshop

    def _keep_token_back(self, git: Git) -> None:
        """Do not even hand the token to git where the remote is at another server than it is for."""
        if self._token is not None:
            address = git.run("ls-remote", "--get-url", "--", self._remote).text.removesuffix("\n")
            if not self._token.is_for(address):
                self._token = None

    def _use(self, verb: str, hashes: set[str | None]) -> None:
        """Go on with the hashes that the remote has."""
        there = hashes - {None, self._open(verb).hashes}
        if there and self._workshop is not None:
            self._workshop.close()
            self._workshop = self._made(verb, str(there.pop()))

    def _made(self, verb: str, hashes: str) -> Workshop:
        workshop = Workshop(self._outside, hashes, self._ca_bundle, self._remote if self._place.named else None)
        if not workshop.made.well:
            raise failed(verb, self._where, workshop.made)
        return workshop

    def _find_remote(self, verb: str) -> str:
        """Find what to call the remote and where to run git; return the hashes that the checkout uses."""
        found: str | Ended
        checkout = checkout_of(self._outside)
        if isinstance(checkout, Ended):
            found, hashes = checkout, _HASHES[40]
            self._outside = self._outside.nowhere()
        else:
            self._outside = checkout.git
            found, hashes = self._target(verb), checkout.hashes
        if self._place.named:
            self._remote = self._known(verb, found)
        self._check_apart(verb)
        return hashes

    def _check_apart(self, verb: str) -> None:
        """Refuse a remote that lies in the checkout: a commit can bring it along, and git would run its hooks."""
        path = path_of(self._remote)
        if path is not None and path.is_relative_to(self._outside.folder.resolve()):
            raise StateError(
                f"cannot {verb} the state {self._where}: that is in the folder of the configuration itself",
                "keep the repository of the state outside of the checkout, or name a remote",
            )

    def _target(self, verb: str) -> str | Ended:
        if not self._place.named:
            return self._place.remote
        try:
            return target_of(self._outside, self._place.remote)
        except Unusable as reason:
            raise StateError(f"cannot {verb} the state {self._where}: {reason}", reason.hint) from None

    def _known(self, verb: str, found: str | Ended) -> str:
        """Return the remote that was `found`; failing that, the folder that is spelled like it."""
        if isinstance(found, str):
            return found
        if self._place.folder.is_dir():
            return str(self._place.folder)
        raise failed(verb, self._where, found)


def _check_age(ended: Ended, verb: str, where: str) -> None:
    match = re.search(r"([0-9]+)\.([0-9]+)", ended.text)
    if match is None or (int(match[1]), int(match[2])) < _OLDEST:
        what = ended.text.strip()[:40] or "what is called git is something else"
        raise StateError(f"cannot {verb} the state {where}: {what}", "install git 2.30 or newer")


def _status(porcelain: str, ref: str) -> tuple[str, str]:
    """Return the flag that git prints for `ref`, and the reason that it gives; empty if there are none."""
    for line in porcelain.splitlines():
        flag, names, summary = (*line.split("\t", 2), "", "")[:3]
        if len(flag) == 1 and names.endswith(f":{ref}"):
            reason = re.search(r"\((.*)\)\s*$", summary)
            return flag, reason[1] if reason else ""
    return "", ""
