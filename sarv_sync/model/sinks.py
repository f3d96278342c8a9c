"""The kinds of sinks, and what is set for each.

What is set is never a secret: tokens and passwords come from the environment. Where a secret of this program is sent
to is never set in a file either, so that no pull request can send it elsewhere.
"""

from __future__ import annotations

import re
from typing import Literal

SinkOptionKind = Literal["text", "template", "texts", "templates", "duration", "flag"]
"""`template` is a text with fields of the recipient; `templates` a mapping of keys to such texts, `texts` a list."""

GROUP = "sarv_sync.sinks"
"""The group of entry points under which another package names a sink of its own."""

SHARED: dict[str, SinkOptionKind] = {"keys": "templates"}
"""What every sink that stores a set of keys takes."""

OPTIONS: dict[str, dict[str, SinkOptionKind]] = {
    "dotenv": {"path": "template", **SHARED},
    "command": {"command": "texts", "timeout": "duration"},
    "github-actions": {
        "repository": "template", "environment": "template", "organization": "text", "visibility": "text",
        "prefix": "template", **SHARED,
    },
    "vault": {"mount": "text", "path": "template", "auth_mount": "text", **SHARED},
    "aws-secrets-manager": {"secret": "template", "region": "text", "kms_key_id": "text", **SHARED},
    "kubernetes": {
        "secret": "template", "namespace": "template", "context": "text", "via": "text", "manifest": "template",
        "plaintext": "flag", **SHARED,
    },
    "age": {"path": "template", "recipients": "texts", **SHARED},
}  # fmt: skip
"""What can be set for each sink of this program, beside `sink`, `only` and `verify`."""

REQUIRED: dict[str, tuple[str, ...]] = {
    "dotenv": ("path",),
    "command": ("command",),
    "vault": ("path",),
    "aws-secrets-manager": ("secret",),
    "kubernetes": ("secret",),
    "age": ("path", "recipients"),
}
"""What has no default."""

ADDRESS_FIELDS = ("name", "smtp_user_name")
"""What a template of an address may use, beside `labels.KEY`."""

ADDRESS_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,252}")
"""What may take the place of a field of an address."""

KEY_FIELDS = (*ADDRESS_FIELDS, "host", "port", "username", "password", "username_url", "password_url")
"""What a template of a key's value may use, beside `labels.KEY`. Those with `_url` are escaped for use in a URL."""


def installed_sinks() -> tuple[str, ...]:
    """Return the names of the sinks that other installed packages bring, sorted."""
    from importlib.metadata import entry_points

    return tuple(sorted({point.name for point in entry_points(group=GROUP)} - OPTIONS.keys()))
