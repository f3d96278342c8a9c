"""A repository of our own, in a temporary folder, in which commits are made and from which they are pushed.

The user's repository is never written to: no ref, no object, no file of it. Its settings count all the same, for
they say how to reach the remote: with which credentials, through which proxy, by which command. They are not copied,
which would spread passwords, but included, each file once: a header that is sent twice is refused by GitHub.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.state.git.checkout import Settings, settings_of

if TYPE_CHECKING:
    from sarv_sync.state.git.command import Ended, Git

SEEN = "refs/sarv-sync/seen"
"""What was last fetched."""

_MOST_FILES = 50

_BEFORE = "[http]\n\tlowSpeedLimit = 1\n\tlowSpeedTime = 30\n"
"""What may be set otherwise: after half a minute of silence a connection is given up."""

_AFTER = "[core]\n\tbare = true\n"
"""What may not: here is no work tree, and no submodule in it."""

_SSH = "ssh -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=15 -o ServerAliveCountMax=4"
_NOBODY = {"NAME": "sarv-sync", "EMAIL": "sarv-sync@localhost"}


class Workshop:
    """A temporary bare repository that talks to remotes as the repository of `outside` would.

    `outside` runs git there. Gone at the latest when the program ends; a killed one leaves a folder that nobody
    else can read.
    """

    def __init__(self, outside: Git, hashes: str, ca_bundle: str | None, remote: str | None) -> None:
        folder = Path(tempfile.mkdtemp(prefix="sarv-sync-"))
        self.close = weakref.finalize(self, shutil.rmtree, str(folder), ignore_errors=True)
        self.hashes = hashes
        self.git = replace(outside, environment={**outside.environment, "GIT_DIR": str(folder)})
        self._folder = folder
        self.made = self._make(outside, ca_bundle, remote)

    def _make(self, outside: Git, ca_bundle: str | None, remote: str | None) -> Ended:
        ended = self.git.run("init", "--quiet", "--bare", "--template=", f"--object-format={self.hashes}")
        if ended.well:
            settings = settings_of(outside)
            self._include(settings.files, remote)
            self.git = replace(
                self.git, environment={**self.git.environment, **_defaults(self.git, settings, ca_bundle)}
            )
        return ended

    def _include(self, wanted: tuple[str, ...], remote: str | None) -> None:
        """Let the settings of all files in `wanted` count, in their order.

        One at a time: an included file brings those that it includes itself, and which of them it does can depend
        on the repository that it counts for.
        """
        config = self._folder / "config"
        own = config.read_text(encoding="ascii")
        after = _AFTER + (f"[remote {_quoted(remote)}]\n\tmirror = false\n" if remote else "")
        included: list[str] = []
        for _ in range(_MOST_FILES):
            lines = "".join(f"[include]\n\tpath = {_quoted(file)}\n" for file in included)
            config.write_bytes(os.fsencode(own + _BEFORE + lines + after))
            there = settings_of(self.git).files
            missing = [file for file in wanted if file not in there and file not in included]
            if not missing:
                return
            included.append(missing[0])

    def forget_all_but(self, commit: str) -> None:
        """Remove every object that `commit` does not need, its history included."""
        (self._folder / "shallow").write_text(f"{commit}\n", encoding="ascii")
        self.git.run("update-ref", SEEN, commit)
        self.git.run("gc", "--quiet", "--prune=now")


def _defaults(git: Git, settings: Settings, ca_bundle: str | None) -> dict[str, str]:
    """Return what to add to git's environment where neither that nor a setting says anything about it."""
    environment, names = git.environment, settings.names
    added: dict[str, str] = {}
    if not {"GIT_SSH", "GIT_SSH_COMMAND"} & environment.keys() and "core.sshcommand" not in names:
        added["GIT_SSH_COMMAND"] = _SSH
    named = any(name.startswith("http.") and name.endswith(".sslcainfo") for name in names)
    if ca_bundle is not None and "GIT_SSL_CAINFO" not in environment and not named:
        added["GIT_SSL_CAINFO"] = str(Path(ca_bundle).absolute())
    for part, name in _NOBODY.items():
        variable = f"GIT_COMMITTER_{part}"
        if variable not in environment and f"user.{part.lower()}" not in names:
            added[variable] = name
        if variable in environment or variable in added:
            added[f"GIT_AUTHOR_{part}"] = environment.get(variable) or added[variable]
    return added


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n") + '"'
