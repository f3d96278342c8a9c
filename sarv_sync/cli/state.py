"""`sarv-sync state`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sarv_sync.cli.options import common, output_format, pass_shell

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell


@click.group()
@common
def command() -> None:
    """List, show, rename or forget what the state holds."""


@command.command("list")
@output_format("text", "json")
@common
@pass_shell
def list_names(shell: Shell, format_: str) -> int:
    """List the names and their users."""
    from sarv_sync.cli.state_output import read_whole_state
    from sarv_sync.reporting.state_text import bindings_text
    from sarv_sync.state.document import to_document

    state = read_whole_state(shell)
    if format_ == "json":
        document = to_document(state)
        shell.result_json({key: document[key] for key in ("bindings", "removed")})
    else:
        shell.result(bindings_text(state, shell.style()))
    return 0


@command.command("show")
@click.argument("name")
@output_format("text", "json")
@common
@pass_shell
def show_name(shell: Shell, name: str, format_: str) -> int:
    """Show what the state holds about NAME."""
    from sarv_sync.cli.state_output import show_binding

    show_binding(shell, name, format_)
    return 0


@command.command("mv")
@click.argument("old")
@click.argument("new")
@common
@pass_shell
def move(shell: Shell, old: str, new: str) -> int:
    """Let NEW own the user of OLD. The account is not touched."""
    from sarv_sync import workflow
    from sarv_sync.reporting.escape import printable
    from sarv_sync.wiring import open_store, read_configuration, state_surroundings, this_holder

    store = open_store(read_configuration(shell.inputs()))
    workflow.move_in_state(store, old, new, this_holder("state mv"), state_surroundings(shell.notice))
    shell.result(printable(f"{new} now owns the user that was {old}'s; rename the entry in the file too."))
    return 0


@command.command("rm")
@click.argument("name")
@common
@pass_shell
def remove(shell: Shell, name: str) -> int:
    """Forget NAME. Its user stays in the account, as it is, owned by nobody."""
    from sarv_sync import workflow
    from sarv_sync.reporting.escape import printable
    from sarv_sync.wiring import open_store, read_configuration, state_surroundings, this_holder

    store = open_store(read_configuration(shell.inputs()))
    forgotten = workflow.forget_in_state(store, name, this_holder("state rm"), state_surroundings(shell.notice))
    user = f"its user {forgotten} stays in the account" if forgotten else "it had no user yet"
    shell.result(printable(f"{name} is forgotten; {user}."))
    if forgotten:
        shell.notice(f"if {name} stays in the files, pin `smtp_user_name: {forgotten}`, or apply makes another user")
    return 0
