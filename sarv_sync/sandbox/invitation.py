"""What to tell a user who wants to work against the sandbox."""

from __future__ import annotations

import shlex

from sarv_sync.errors import InputError
from sarv_sync.sandbox.defaults import TOKEN


def check_credentials(owner_id: str, token: str) -> None:
    """Raise `InputError` unless both can be set in an environment and sent in a request."""
    for name, value in (("owner id", owner_id), ("token", token)):
        if not value or not value.isprintable():
            raise InputError(
                f"the sandbox's {name} is empty or has unprintable characters", "give it visible characters"
            )


def settings_line(url: str, owner_id: str, token: str) -> str:
    """Return one line with the environment to use. It names the token only if that is the built-in one."""
    known = f"SARV_TOKEN={TOKEN}" if token == TOKEN else "SARV_TOKEN set to the token this sandbox was given"
    return f"use it with SARV_ENDPOINT={shlex.quote(url)} SARV_OWNER_ID={shlex.quote(owner_id)} {known}"
