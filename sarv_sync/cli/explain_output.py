"""Showing what is known of one user."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell
    from sarv_sync.model.explanation import Explanation


def show_explanation(shell: Shell, explanation: Explanation, format_: str) -> None:
    """Print everything that is known of one user."""
    if format_ == "json":
        from sarv_sync.reporting.explain_document import explain_document

        shell.result_json(explain_document(explanation))
    else:
        from sarv_sync.reporting.explain_text import explain_text

        shell.result(explain_text(explanation, shell.style()))
