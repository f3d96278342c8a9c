"""The places a state can be kept in, and what is set for each.

What is set is never a secret: passwords and tokens come from the environment, or from wherever the tools of that
place look for them.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

OptionKind = Literal["text", "count", "flag"]

GROUP = "sarv_sync.backends"
"""The group of entry points under which another package names a backend of its own."""

OPTIONS: dict[str, dict[str, OptionKind]] = {
    "local": {"path": "text"},
    "git": {"remote": "text", "ref": "text", "history": "count"},
    "s3": {
        "bucket": "text", "key": "text", "region": "text", "endpoint": "text", "path_style": "flag",
        "encryption": "text", "kms_key_id": "text",
    },
    "postgres": {"conninfo": "text", "table": "text", "name": "text", "history": "count"},
    "http": {
        "address": "text", "lock_address": "text", "unlock_address": "text", "update_method": "text",
        "lock_method": "text", "unlock_method": "text",
    },
}  # fmt: skip
"""What can be set for each backend of this program."""

REQUIRED: dict[str, tuple[str, ...]] = {"s3": ("bucket",), "http": ("address",)}
"""What has no default."""


class Document(NamedTuple):
    """The option that says which document of a place the state is, and what that is where it is left out."""

    key: str
    default: str


DOCUMENTS: dict[str, Document] = {
    "local": Document("path", "sarv-sync.state.json"),
    "git": Document("ref", "refs/sarv-sync/state"),
    "s3": Document("key", "sarv-sync.state.json"),
    "postgres": Document("name", "default"),
    "http": Document("address", ""),
}

ENVIRONMENT_HINT = "take it out: passwords come from the environment (docs/state.md says which variables)"

_SECRET = re.compile(
    r"https?://[^/?#\s]*@|://[^/?#\s:]*:[^/?#\s]*@|\b(ssl)?password\s*="
    r"|[?&;][^=&;\s]*(token|secret|passw|key|auth|credential|signature)[^=&;\s]*=",
    re.IGNORECASE,
)
_SECRET_NAME = re.compile(r"token|secret|passw|credential", re.IGNORECASE)


def holds_secret(value: object) -> bool:
    """Return whether a setting, or a line, holds a password, or a place where one would stand."""
    return isinstance(value, str) and _SECRET.search(value) is not None


def names_secret(key: str) -> bool:
    """Return whether what is set under `key` would be a password."""
    return _SECRET_NAME.search(key) is not None


def installed_backends() -> tuple[str, ...]:
    """Return the names of the backends that other installed packages bring, sorted."""
    from importlib.metadata import entry_points

    return tuple(sorted({point.name for point in entry_points(group=GROUP)} - OPTIONS.keys()))
