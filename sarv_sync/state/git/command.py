"""Running git: in what environment, for how long, and how it ended.

Nothing here waits for the ends of pipes: a connection that ssh shares, or a credential cache that git starts, may
hold them open for hours. So git writes into files, and only its own end is waited for.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.model.child_environment import without_secrets
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sarv_sync.state.git.token import Token

PATIENCE = 120.0
"""Seconds that one command may take. Less than a lock's lease: whoever hangs longer has lost it anyway."""

_FORCED = {
    "core.hooksPath": os.devnull,
    "core.fsync": "none",
    "i18n.commitEncoding": "UTF-8",
    "maintenance.auto": "false",
    "push.gpgSign": "false",
    "push.recurseSubmodules": "no",
    "safe.bareRepository": "explicit",
}
"""What nobody's settings may change: no hook is run, nothing else is pushed, nothing goes on in the background."""

_ELSEWHERE = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_CONFIG", "GIT_DEFAULT_HASH", "GIT_DIR",
        "GIT_GRAFT_FILE", "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_INTERNAL_SUPER_PREFIX", "GIT_NAMESPACE",
        "GIT_NO_REPLACE_OBJECTS", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_QUARANTINE_PATH", "GIT_REF_PARANOIA",
        "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE", "GIT_WORK_TREE",
        "GIT_AUTHOR_DATE", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_NAME", "GIT_COMMITTER_DATE",
    }
)  # fmt: skip
"""Variables that a hook finds set, and that would lead git to the repository or commit which the hook is about."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How git ended. `code` is None if it did not, and was killed; `said` is its standard error."""

    code: int | None
    output: bytes
    said: str

    @property
    def well(self) -> bool:
        """Whether git says that all went well."""
        return self.code == 0

    @property
    def text(self) -> str:
        """Standard output, for where it is text."""
        return self.output.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Git:
    """git, as it is run in `folder` with `environment`."""

    executable: str
    folder: Path
    environment: Mapping[str, str]
    patience: float = PATIENCE

    def nowhere(self) -> Git:
        """Return git as it runs outside of every repository, whatever its folder looks like."""
        return replace(self, environment={**self.environment, "GIT_DIR": os.devnull})

    def run(self, *arguments: str, data: bytes = b"", token: Token | None = None) -> Ended:
        """Run one command with `data` as its standard input. Raises `OSError` if it cannot be run.

        With a `token`, git can show that to the server which it is for; what the command says is text then.
        """
        if token is None:
            return _run(self, arguments, data)
        with token.lent() as lent:
            informed = replace(self, environment=token.environment(self.environment))
            ended = _run(informed, (*lent.options, *arguments), data, lent.descriptor)
        output = token.scrubbed(os.fsdecode(ended.output))
        return Ended(ended.code, os.fsencode(output), token.scrubbed(ended.said))


def child_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what git and the programs it runs may see of `environment`: no secret of ours, and no question asked."""
    kept = {name: value for name, value in without_secrets(environment).items() if name not in _ELSEWHERE}
    return {**kept, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GCM_INTERACTIVE": "never"}


def _run(git: Git, arguments: Sequence[str], data: bytes, *inherited: int) -> Ended:
    forced = [part for key, value in _FORCED.items() for part in ("-c", f"{key}={value}")]
    command = [git.executable, *forced, *arguments]
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as said:
        given.write(data)
        given.seek(0)
        process = subprocess.Popen(  # noqa: S603 - git, and only what was checked or made here
            command,
            cwd=git.folder,
            env=dict(git.environment),
            stdin=given,
            stdout=output,
            stderr=said,
            pass_fds=inherited,
            start_new_session=True,  # whoever presses Ctrl-C stops this program, not the write that it is at
        )
        code = _end_of(process, git.patience)
        output.seek(0)
        said.seek(0)
        return Ended(code, output.read(), said.read().decode("utf-8", "replace"))


def _end_of(process: subprocess.Popen[bytes], patience: float) -> int | None:
    try:
        if _ended(process, patience):
            return process.wait()
        return None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _ended(process: subprocess.Popen[bytes], patience: float) -> bool:
    """Wait for the end; where the kernel can tell of it, without looking again and again."""
    try:
        descriptor = os.pidfd_open(process.pid)
    except (AttributeError, OSError):  # not Linux; an old one, or a container that does not allow it
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
        return process.returncode is not None
    try:
        watch = select.poll()
        watch.register(descriptor, select.POLLIN)
        return bool(watch.poll(patience * 1000))
    finally:
        os.close(descriptor)
