"""Git repositories: reached as folders, and over HTTP by git's own server."""

from __future__ import annotations

import hashlib
import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.engines.git_server import serving
from tests.engines.interface import Access

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.engines.git_server import Server
    from tests.engines.interface import Engine, When

REF = "refs/sarv-sync/state"
FILE = "sarv-sync.state.json"

SETTLED = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
"""What keeps the settings of whoever runs the tests out of them."""

_DEATH = "#!/bin/sh\nkill -9 $PPID\n"
_DEATH_AFTERWARDS = f'#!/bin/sh\n[ "$1" = committed ] || exit 0\n{_DEATH}'


def git(folder: Path, *arguments: str, data: bytes = b"") -> str:
    """Run git in `folder`; return what it prints."""
    identity = {f"GIT_{who}_{what}": "tests" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        input=data,
        env={**os.environ, **SETTLED, **identity},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


def bare(path: Path, hashes: str = "sha1") -> Path:
    """Make an empty repository without a work tree at `path`."""
    path.mkdir(parents=True)
    git(path, "init", "--quiet", "--bare", "--template=", "--initial-branch=main", f"--object-format={hashes}")
    git(path, "config", "gc.auto", "0")
    return path


def hook(repository: Path, name: str, text: str) -> None:
    """Let `repository` run `text` as one of its hooks."""
    (repository / "hooks").mkdir(exist_ok=True)
    path = repository / "hooks" / name
    path.write_text(text)
    path.chmod(0o755)


def put(repository: Path, data: bytes, ref: str = REF, file: str = FILE) -> str:
    """Commit `data` on top of `ref` as somebody might who does not know this program; return the commit."""
    tip = git(repository, "for-each-ref", "--format=%(objectname)", ref)
    blob = git(repository, "hash-object", "-w", "--stdin", data=data)
    tree = git(repository, "mktree", data=f"100644 blob {blob}\t{file}\n".encode())
    commit = git(repository, "commit-tree", *(("-p", tip) if tip else ()), "-m", "by hand", tree)
    git(repository, "update-ref", ref, commit)
    return commit


class Repositories:
    """One bare repository a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def repository(self, folder: Path) -> Path:
        path = self._folder / f"{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}.git"
        return path if path.exists() else bare(path)

    def damage(self, folder: Path, data: bytes) -> None:
        put(self.repository(folder), data)


class Folders(Repositories):
    """Repositories that are reached by their paths."""

    def access(self, folder: Path) -> Access:
        return _access(str(self.repository(folder)))

    def read_only(self, folder: Path) -> Access:
        view = self._view(folder, "read-only")
        git(view, "config", "receive.hideRefs", "refs/")
        return _access(str(view))

    def unreachable(self, folder: Path) -> Access:
        return _access(str(self._folder / "nowhere.git"))

    @contextmanager
    def cut(self, folder: Path, when: When) -> Iterator[Access]:
        """The server's process dies in one of its hooks: before it sets the ref, or as soon as it has."""
        view = self._view(folder, f"cut-{when}")
        if when == "before":
            hook(view, "pre-receive", _DEATH)
        else:
            hook(view, "reference-transaction", _DEATH_AFTERWARDS)
        yield _access(str(view))

    def _view(self, folder: Path, name: str) -> Path:
        """Make another way into the same repository, with settings and hooks of its own."""
        repository = self.repository(folder)
        view = bare(repository.with_name(f"{repository.stem}-{name}.git"))
        for part in ("objects", "refs"):
            (view / part).rename(view / f"no-{part}")
            (view / part).symlink_to(repository / part)
        return view


class Served(Repositories):
    """Repositories that are reached over HTTP."""

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder)
        self._server = server

    def access(self, folder: Path) -> Access:
        return self._access(folder, "")

    def read_only(self, folder: Path) -> Access:
        return self._access(folder, "read-only/")

    def unreachable(self, folder: Path) -> Access:
        return _access("http://127.0.0.1:1/nowhere.git")

    @contextmanager
    def cut(self, folder: Path, when: When) -> Iterator[Access]:
        yield self._access(folder, f"cut-{when}/")

    def _access(self, folder: Path, way: str) -> Access:
        return _access(f"{self._server.address}/{way}{self.repository(folder).name}")


def _access(remote: str) -> Access:
    return Access({"backend": "git", "remote": remote}, SETTLED)


@contextmanager
def running(folder: Path) -> Iterator[Engine]:
    """Yield repositories in `folder`."""
    yield Folders(folder)


@contextmanager
def running_http(folder: Path) -> Iterator[Engine]:
    """Yield repositories in `folder`, served on loopback."""
    with serving(folder) as server:
        yield Served(folder, server)
