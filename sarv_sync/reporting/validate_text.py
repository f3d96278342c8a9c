"""What `validate` says when all is well."""

from __future__ import annotations

from sarv_sync.reporting.wording import counted


def validate_text(users: int, files: int, warnings: int = 0) -> str:
    """Return one line: how many users, in how many files, with how many warnings."""
    noted = f", {counted(warnings, 'warning')}" if warnings else ""
    return f"Valid: {counted(users, 'user')} in {counted(files, 'file')}{noted}."
