"""What can go wrong with a cluster, said in the program's own words.

What the cluster and `kubectl` say stays out of them, but for names of a narrow shape: it may hold anything.
"""

from __future__ import annotations

import re

_MANAGER = re.compile(r'conflicts? with "([A-Za-z0-9][A-Za-z0-9._/@-]{0,62})"')
_FIELD = re.compile(r"(?<![\w.])\.?((?:data|metadata)\.[A-Za-z0-9._/-]{1,200}|(?:data|type|immutable)(?=:))")

_ROLE = "docs/credentials.md has a Role"
_LATER = "run this again later"

UNREACHABLE = (
    "the cluster cannot be reached",
    "check the context, the network and the proxy (`kubectl get --raw /version` shows whether it answers)",
)
TLS = ("TLS failed", "check certificate-authority-data of the cluster, and this machine's clock")

_REASONS: dict[int, tuple[str, str]] = {
    401: ("the cluster does not know these credentials", "get new ones, and try `kubectl auth whoami`"),
    403: ("access is denied", f"allow get, create and patch of secrets in that namespace; {_ROLE}"),
    404: ("there is no such namespace", "make it, or correct `namespace`: sarv-sync makes none"),
    429: ("the cluster has too much to do", _LATER),
}


class ApplyFailed(Exception):
    """The cluster refused something, or could not be asked. `status` is HTTP's, 0 where there was no answer."""

    def __init__(self, status: int, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.hint = hint


def refused(status: int, said: str) -> ApplyFailed:
    """Return what became of a call that the cluster answered with `status`, and `said` why."""
    if status == 409:
        return _conflict(said)
    if status == 422:
        fields = ", ".join(sorted({match[1] for match in _FIELD.finditer(said)}))
        return ApplyFailed(
            status,
            "the cluster does not take the Secret" + (f", because of {fields}" if fields else ""),
            "type and an immutable Secret cannot be changed: delete it, or choose another name with `secret`",
        )
    if 300 <= status < 400:
        return ApplyFailed(status, "the cluster points elsewhere, and that is not followed", UNREACHABLE[1])
    reason, hint = _REASONS.get(status, ("the cluster refused it" if status < 500 else "the cluster failed", _LATER))
    return ApplyFailed(status, f"{reason} (HTTP {status})", hint)


def _conflict(said: str) -> ApplyFailed:
    managers = ", ".join(sorted(set(_MANAGER.findall(said)))) or "somebody else"
    fields = ", ".join(sorted({match[1] for match in _FIELD.finditer(said)})) or "a field"
    return ApplyFailed(
        409,
        f"{fields} belongs to {managers}, and is not taken away",
        "choose other `keys` or another `secret`; or delete those keys there, so that sarv-sync can have them",
    )
