"""Applying with `kubectl`, as people do it. Secrets go through its standard input alone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from sarv_sync.errors import NotInstalled
from sarv_sync.model.child_environment import without_secrets
from sarv_sync.sinks.kubernetes_failures import TLS, UNREACHABLE, ApplyFailed, refused
from sarv_sync.sinks.manifest import MANAGER

if TYPE_CHECKING:
    from sarv_sync.sinks.manifest import Manifest
    from sarv_sync.sinks.site import Site

_TIMEOUT = 60
_REQUEST_TIMEOUT = "30s"

_SAID: tuple[tuple[str, int], ...] = (
    (r"conflicts? with \"", 409),
    (r"\(Unauthorized\)|must be logged in|provide credentials", 401),
    (r"\(Forbidden\)", 403),
    (r"\(NotFound\)", 404),
    (r"\(Invalid\)|is invalid", 422),
    (r"\(TooManyRequests\)", 429),
    (r"\(InternalError\)|\(ServiceUnavailable\)|\(Timeout\)", 500),
)
"""What `kubectl` prints, and the status that the cluster must have answered with."""

_CONTEXT = re.compile(r"context \S{1,300} does not exist|context was not found|no context exists")
_TLS = re.compile(r"x509:|certificate signed by unknown|tls: ")
_UNREACHABLE = re.compile(r"Unable to connect|connection refused|no such host|i/o timeout|deadline exceeded")


class ByKubectl:
    """Calls of `kubectl` with the configuration that it finds itself, in `context`, None: in the current one."""

    def __init__(self, site: Site, context: str | None) -> None:
        self._site = site
        self._context = context

    def ready(self) -> None:
        """Raise if `kubectl` is not there."""
        self._program()

    def apply(self, manifest: Manifest, *, trial: bool) -> None:
        """Apply the manifest. The cluster checks it, so `kubectl` need not ask for a description of its types."""
        command = [self._program(), "apply", "--server-side", f"--field-manager={MANAGER}", "--filename=-"]
        command += ["--validate=false", f"--request-timeout={_REQUEST_TIMEOUT}"]
        command += ["--dry-run=server"] if trial else []
        command += [f"--context={self._context}"] if self._context else []
        try:
            ran = subprocess.run(  # noqa: S603 - no shell, and no text of others in it
                command,
                input=json.dumps(manifest.document()).encode(),
                env=without_secrets(self._site.environment),
                capture_output=True,
                timeout=_TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ApplyFailed(0, f"kubectl did not end within {_TIMEOUT} s", UNREACHABLE[1]) from None
        except OSError as error:
            reason = f"kubectl cannot be run: {error.strerror or type(error).__name__}"
            raise ApplyFailed(0, reason, "check the program and its permissions") from None
        if ran.returncode:
            raise _failure(ran.returncode, ran.stderr.decode(errors="replace"))

    def reading(self) -> None:
        """Return that nothing is read: no program is run to look."""

    def _program(self) -> str:
        found = shutil.which("kubectl", path=self._site.environment.get("PATH"))
        if found is None:
            raise NotInstalled(
                "this sink needs kubectl, which is not installed",
                "install it, or leave out `via`, and pip install 'sarv-sync[kubernetes]'",
            )
        return found


def _failure(code: int, said: str) -> ApplyFailed:
    for pattern, status in _SAID:
        if re.search(pattern, said):
            return refused(status, said)
    if _CONTEXT.search(said):
        return ApplyFailed(0, "kubectl knows no such context", "`kubectl config get-contexts` shows which there are")
    if _TLS.search(said):
        return ApplyFailed(0, *TLS)
    if _UNREACHABLE.search(said):
        return ApplyFailed(0, *UNREACHABLE)
    return ApplyFailed(
        0,
        f"kubectl failed with status {code}",
        "try `kubectl auth can-i patch secrets`: it says more than is shown here",
    )
