"""Showing what became of an adoption."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell
    from sarv_sync.model.account import Account
    from sarv_sync.model.adoption import Adoption


def show_adoption(shell: Shell, account: Account, adoption: Adoption, format_: str) -> None:
    """Print `adoption` as a result."""
    if format_ == "json":
        from sarv_sync.reporting.adopt_document import adopt_document

        shell.result_json(adopt_document(account, adoption))
        return
    from sarv_sync.reporting.adopt_text import adopt_text

    shell.result(adopt_text(adoption, shell.style()))
