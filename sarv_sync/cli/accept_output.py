"""Whose drift is accepted, and showing what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.accept_workflow import Acceptance
    from sarv_sync.cli.shell import Shell
    from sarv_sync.model.account import Account


def check_choice(names: Sequence[str], everybody: bool, labels: Sequence[str]) -> None:
    """Raise `InputError` where nobody is named, or somebody and everybody."""
    if names and everybody:
        raise InputError("--all and names say different things", "give names, or --all")
    if not (names or everybody or labels):
        hint = "name users, or give --label team=finance or --all; `sarv-sync drift` shows what there is"
        raise InputError("it is not said whose drift is to be accepted", hint)


def show_acceptance(shell: Shell, account: Account, found: Acceptance, format_: str, *, written: bool) -> None:
    """Print what was written, or would be: then, as text, the difference alone, the rest being no part of it."""
    from sarv_sync.accept_workflow import differences

    if format_ == "json":
        from sarv_sync.reporting.accept_document import accept_document

        parts = (found.accepted, shell.scrubbed(found.left), shell.scrubbed(found.remarks), differences(found))
        shell.result_json(accept_document(account, *parts, written=written, valid=found.valid))
        return
    from sarv_sync.reporting.accept_text import accept_text, difference_text

    if written or not found.edits:
        shell.result(accept_text(found.accepted, found.left, found.remarks, shell.style(), valid=found.valid))
        return
    shell.result(difference_text(differences(found), shell.style()))
    shell.complain(found.left)
    shell.complain(found.remarks, "warning")
