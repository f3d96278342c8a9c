"""Commands that are suggested to be typed."""

from __future__ import annotations

import shlex


def adopt_command(name: str, smtp_user_name: str, *, hyphen: bool = False) -> str:
    """Return the command that lets the entry `name` have a user.

    What begins with a `hyphen` would pass for a flag.
    """
    end = "-- " if hyphen or smtp_user_name.startswith("-") else ""
    return f"sarv-sync adopt {name} {end}{shlex.quote(smtp_user_name)}"
