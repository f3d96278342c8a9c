"""Pages of the repository that texts link to."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from sarv_sync.github.context import Context


def actions_page(context: Context) -> str:
    """Return where workflows are started by hand."""
    return f"{context.server_url}/{context.repository}/actions"


def main_file_page(context: Context, main_file: str) -> str | None:
    """Return where the main file is shown, on the branch that is applied by default."""
    if context.default_branch is None:
        return None
    return f"{context.server_url}/{context.repository}/blob/{quote(f'{context.default_branch}/{main_file}')}"
