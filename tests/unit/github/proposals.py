"""A real repository behind a forge, and what is proposed there."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sarv_sync.github.own_branch import Branch, FileChange, OwnBranch
from sarv_sync.github.own_pulls import Pulls
from sarv_sync.github.pull_request import Kept, Proposal, close_pull_request, keep_pull_request
from tests.forge.client import client

if TYPE_CHECKING:
    from pathlib import Path

    from tests.forge.records import Thread
    from tests.forge.server import Forge

REPOSITORY, BOT, BRANCH = "acme/mail", "github-actions[bot]", "sarv-sync/accept-drift"
MARKER = '<!-- sarv-sync:accept {"configuration":"sarv-sync.yaml",'
MAIN_FILE, TEAM_FILE, SCRIPT = "sarv-sync.yaml", "users/team.yaml", "run.sh"
FILES = {MAIN_FILE: b"\xef\xbb\xbfmain: 1\r\n", TEAM_FILE: b"team: 1\n", SCRIPT: b"#!/bin/sh\n", "README": b"Hello\n"}


def change(after: bytes = b"team: 2\n", path: str = TEAM_FILE, before: bytes | None = None) -> FileChange:
    return FileChange(path, FILES[path] if before is None else before, after)


def proposal(*changes: FileChange, fingerprint: str = "f1", said: str = "billing: 20") -> Proposal:
    body = f'{MARKER}"fingerprint":"{fingerprint}"}} -->\n{said}'
    return Proposal("Accept drift", body, fingerprint, "Accept drift", changes or (change(),))


@dataclass(frozen=True)
class Place:
    """The repository at `bare`, with a working copy of somebody's at `desk`."""

    forge: Forge
    bare: Path
    desk: Path

    @classmethod
    def found(cls, forge: Forge, folder: Path) -> Place:
        place = cls(forge, folder / "bare.git", folder / "desk")
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(place.bare))
        git(folder, "clone", "--quiet", str(place.bare), str(place.desk))
        git(place.desk, "checkout", "--quiet", "-b", "main")
        for path, content in FILES.items():
            (place.desk / path).parent.mkdir(exist_ok=True)
            (place.desk / path).write_bytes(content)
        (place.desk / SCRIPT).chmod(0o755)
        place._push("main")
        forge.add_repository(REPOSITORY, git=place.bare)
        forge.add_token("t", BOT, {"contents": "write", "pull-requests": "write"})
        return place

    def commit(self, path: str, content: bytes, *flags: str, branch: str = "main") -> str:
        """Have somebody push a commit; `flags` are those of git's commit."""
        self.checkout(branch)
        (self.desk / path).write_bytes(content)
        return self._push(branch, *flags)

    def checkout(self, branch: str) -> None:
        """Have somebody check out a branch as it is now."""
        git(self.desk, "fetch", "--quiet", "origin")
        git(self.desk, "checkout", "--quiet", "--force", "-B", branch, f"origin/{branch}")

    def _push(self, branch: str, *flags: str) -> str:
        git(self.desk, "add", "--all")
        git(self.desk, "commit", "--quiet", *(flags or ("-m", "Somebody's")))
        git(self.desk, "push", "--quiet", "--force", "origin", branch)
        return git(self.desk, "rev-parse", "HEAD")

    def merge(self, *flags: str) -> None:
        """Have somebody merge our branch into main."""
        self.checkout("main")
        git(self.desk, "merge", "--quiet", *(flags or ("--no-ff", "-m", "Merge")), f"origin/{BRANCH}")
        if "--squash" in flags:
            git(self.desk, "commit", "--quiet", "-m", "Squashed")
        git(self.desk, "push", "--quiet", "origin", "main")

    def head(self, branch: str = BRANCH) -> str:
        return git(self.bare, "rev-parse", branch)

    def content(self, path: str, branch: str = BRANCH) -> bytes:
        shown = subprocess.run(["git", "show", f"{branch}:{path}"], cwd=self.bare, capture_output=True, check=True)
        return shown.stdout

    def merged(self) -> list[str]:
        """Return the files that merging our branch would change in main, as GitHub shows a pull request."""
        return git(self.bare, "diff", "--name-only", f"main...{BRANCH}").splitlines()

    def keep_branch(self, *changes: FileChange) -> Branch:
        with client(self.forge, "t") as api:
            return OwnBranch(api, REPOSITORY, BRANCH, "main").keep(changes or (change(),), "Accept drift")

    def keep(self, what: Proposal | None = None, author: str = BOT) -> Kept:
        with client(self.forge, "t") as api:
            return keep_pull_request(self._pulls(api, author), what or proposal())

    def close(self) -> int | None:
        with client(self.forge, "t") as api:
            return close_pull_request(self._pulls(api, BOT), f'{MARKER}"fingerprint":""}} -->', "Nothing is left.")

    def only(self) -> Thread:
        [thread] = self.forge.pull_requests(REPOSITORY)
        return thread

    def _pulls(self, api: Any, author: str) -> Pulls:
        return Pulls(api, REPOSITORY, author, MARKER, BRANCH, "main")


def git(folder: Path, *words: str) -> str:
    identity = {
        f"GIT_{role}_{part}": "ann@example.net" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")
    }
    alone = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
    done = subprocess.run(
        ["git", *words], cwd=folder, capture_output=True, text=True, check=False, env=alone | identity
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
