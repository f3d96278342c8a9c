"""The repository that the main file is in: which remotes it has, and which settings git works with there.

It is only looked at. Names of settings are read, never their values: those may be passwords.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.model.backends import holds_secret
from sarv_sync.state.git.command import Ended
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.state.git.command import Git


@dataclass(frozen=True, slots=True)
class Checkout:
    """A repository, in which `git` runs. `hashes` is how its objects are named, sha1 or sha256.

    As git itself does, it runs from the top of the work tree: a remote may have a relative path.
    """

    git: Git
    hashes: str


@dataclass(frozen=True, slots=True)
class Settings:
    """The files that git's settings come from, in its order, and the names that are set."""

    files: tuple[str, ...]
    names: frozenset[str]


class Unusable(Exception):
    """A remote that the state cannot be kept at; `hint` says what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def checkout_of(git: Git) -> Checkout | Ended:
    """Return the repository that git finds from its folder, or how it ended without one."""
    ended = git.run("rev-parse", "--show-object-format", "--absolute-git-dir", "--show-cdup")
    if not ended.well:
        return ended
    # At the top, the way up is an empty line. A bare repository has no work tree: git runs in the repository itself.
    hashes, git_dir, *up = os.fsdecode(ended.output).removesuffix("\n").split("\n")
    if _is_planted(Path(git_dir), git.folder):
        return Ended(128, b"", f"fatal: {git_dir} is a repository without a .git, and is not believed")
    top = git.folder / (up[0] if up else git_dir)
    inside = replace(git, folder=top.resolve(), environment={**git.environment, "GIT_DIR": git_dir})
    return Checkout(inside, hashes)


def _is_planted(git_dir: Path, folder: Path) -> bool:
    """Tell whether the repository is just a folder that looks like one, around or beside the main file.

    A commit can bring such a folder along, and settings in it that run programs; it cannot bring a `.git`. Newer
    versions of git refuse it by `safe.bareRepository`, and know nothing of the older ones' users.
    """
    return git_dir.name != ".git" and folder.resolve().is_relative_to(git_dir.resolve())


def settings_of(git: Git) -> Settings:
    """Return what git's settings are made of in its folder."""
    ended = git.run("config", "--list", "--show-origin", "--name-only", "-z")
    parts = os.fsdecode(ended.output).split("\0")
    origins, names = parts[:-1:2], parts[1::2]
    files = [origin.removeprefix("file:") for origin in origins if origin.startswith("file:")]
    real = (os.path.realpath(git.folder / file) for file in files)
    return Settings(tuple(dict.fromkeys(real)), frozenset(names))


def target_of(git: Git, name: str) -> str | Ended:
    """Return what to call the remote `name`, so that what is read is what is written; or how git ended without one.

    That is its name, which keeps its address out of every command line, unless it is pushed to another address than
    it is fetched from. Raises `Unusable` if that cannot be named, or is more than one.
    """
    addresses = []
    for options in ((), ("--push",)):
        ended = git.run("remote", "get-url", *options, "--all", "--", name)
        if not ended.well:
            return ended
        addresses.append(os.fsdecode(ended.output).splitlines())
    (fetched, *_), pushed = addresses
    if len(pushed) != 1:
        raise Unusable(
            f"the remote {name} is pushed to {len(pushed)} addresses, and a state has one",
            "set state.remote to the one to use, or to a remote that has one address",
        )
    if pushed == [fetched]:
        return name
    if holds_secret(pushed[0]) or pushed[0].startswith("-"):
        raise Unusable(
            f"the remote {name} is pushed to another address than it is fetched from, and that holds a password",
            "take the password out of it (a credential helper is the place for it), or use another remote",
        )
    return pushed[0]
