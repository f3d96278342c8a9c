"""`sarv-sync state`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sarv_sync.cli.options import common, limiting, output_format, pass_shell

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell


@click.group()
@common
def command() -> None:
    """Show, mend, move and unlock what the state holds."""


@command.command("list")
@output_format("text", "json")
@limiting
@common
@pass_shell
def list_names(shell: Shell, format_: str, targets: tuple[str, ...], labels: tuple[str, ...]) -> int:
    """List the names and their users."""
    from sarv_sync.cli.state_output import show_names
    from sarv_sync.model.selection import read_selection

    show_names(shell, format_, read_selection(targets, labels))
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
    from sarv_sync import state_workflow
    from sarv_sync.model.visible import printable
    from sarv_sync.places import open_configured_store, state_surroundings, this_holder

    store = open_configured_store(shell.inputs())
    users = state_workflow.move_in_state(store, old, new, this_holder("state mv"), state_surroundings(shell.notice))
    owned = f"the users {' and '.join(users)} that were" if len(users) > 1 else "the user that was"
    shell.result(printable(f"{new} now owns {owned} {old}'s; rename the entry in the file too."))
    return 0


@command.command("rm")
@click.argument("name")
@common
@pass_shell
def remove(shell: Shell, name: str) -> int:
    """Forget NAME. Its user stays in the account, as it is, owned by nobody."""
    from sarv_sync import state_workflow
    from sarv_sync.cli.state_output import show_forgotten
    from sarv_sync.places import open_configured_store, state_surroundings, this_holder

    store = open_configured_store(shell.inputs())
    forgotten = state_workflow.forget_in_state(store, name, this_holder("state rm"), state_surroundings(shell.notice))
    show_forgotten(shell, name, forgotten)
    return 0


@command.command("resolve")
@click.argument("name")
@click.option("--adopt", metavar="SMTP_USER_NAME", help="This user came of the create.")
@click.option("--abandon", is_flag=True, help="None of the users that the account has came of it.")
@common
@pass_shell
def resolve(shell: Shell, name: str, adopt: str | None, abandon: bool) -> int:
    """Settle the create of NAME, of which several users may have come. The account is not touched."""
    from sarv_sync import state_workflow
    from sarv_sync.cli.logs import start_logging
    from sarv_sync.inputs import read_configuration
    from sarv_sync.model.visible import printable
    from sarv_sync.places import state_surroundings, this_holder
    from sarv_sync.wiring import open_project

    if (adopt is None) is not abandon:
        raise click.UsageError("Give either --adopt SMTP_USER_NAME or --abandon.")
    start_logging(shell)
    inputs = shell.inputs()
    project = open_project(inputs, read_configuration(inputs), shell.scrubber, shell.notice)
    holder, world = this_holder("state resolve"), state_surroundings(shell.notice)
    if adopt is not None:
        state_workflow.adopt_for_create(project, name, adopt, holder, world)
        shell.result(printable(f"{name} now owns {adopt}; the next apply sets its limits."))
    else:
        left = state_workflow.abandon_create(project, name, holder, world)
        shell.result(printable(f"The create of {name} is given up; {', '.join(left)} stay as they are."))
        shell.notice(f"if {name} stays in the files, the next apply makes another user")
    return 0


@command.command("pull")
@common
@pass_shell
def pull(shell: Shell) -> int:
    """Write the state document to standard output, as it is."""
    from sarv_sync import state_workflow
    from sarv_sync.cli.state_output import write_document
    from sarv_sync.places import open_configured_store

    write_document(shell, state_workflow.stored_document(open_configured_store(shell.inputs())))
    return 0


@command.command("push")
@click.argument("file")
@click.option("--force", is_flag=True, help="Even if it is older than what is there, of another lineage, or moved.")
@common
@pass_shell
def push(shell: Shell, file: str, force: bool) -> int:
    """Put the document in FILE (- for standard input) in place of the state."""
    from sarv_sync import state_workflow
    from sarv_sync.cli.state_input import known_account, read_document
    from sarv_sync.inputs import read_configuration
    from sarv_sync.model.visible import printable
    from sarv_sync.places import open_store, state_surroundings

    inputs = shell.inputs()
    configuration = read_configuration(inputs)
    pushed = state_workflow.Pushed(read_document(file), file, force)
    known, now = known_account(inputs, configuration), state_surroundings(shell.notice).now()
    state = state_workflow.push_state(open_store(inputs, configuration), pushed, known, now)
    shell.result(printable(f"{file} is the state now, with serial {state.serial}."))
    return 0


@command.command("migrate")
@click.option("--to", "backend", required=True, metavar="BACKEND", help="The kind of place to move it to.")
@click.option("--to-option", "options", multiple=True, metavar="KEY=VALUE", help="What that place is told.")
@common
@pass_shell
def migrate(shell: Shell, backend: str, options: tuple[str, ...]) -> int:
    """Move the state to another place, and leave a mark that says where it went."""
    from sarv_sync.inputs import read_configuration
    from sarv_sync.model.visible import printable
    from sarv_sync.places import open_store, open_target, state_surroundings, this_holder
    from sarv_sync.state import migrating

    inputs = shell.inputs()
    configuration = read_configuration(inputs)
    source, target = open_store(inputs, configuration), open_target(inputs, configuration, backend, options)
    state = migrating.migrate(source, target, this_holder("state migrate"), state_surroundings(shell.notice))
    shell.result(printable(f"The state is at {target.store.describe()} now, with serial {state.serial}."))
    shell.result(printable(f"In {configuration.file}, write:   state: {target.section}"))
    shell.notice(f"{source.describe()} is marked: nothing is applied with it any more")
    return 0


@command.command("ddl")
@click.option("--table", metavar="NAME", help="The table [default: the one that `state:` names].")
@common
@pass_shell
def ddl(shell: Shell, table: str | None) -> int:
    """Print the SQL that makes the tables of the backend postgres, and what to grant to whom."""
    from sarv_sync.inputs import read_configuration
    from sarv_sync.state.postgres.statements import DEFAULT_TABLE
    from sarv_sync.state.postgres.statements import ddl as sql

    if table is None:
        state = read_configuration(shell.inputs()).state
        table = state.options.get("table") if state.backend == "postgres" else None
    shell.result(sql(table or DEFAULT_TABLE))
    return 0


@command.command("unlock")
@click.argument("lock_id", metavar="ID")
@common
@pass_shell
def unlock(shell: Shell, lock_id: str) -> int:
    """Take the lock with that ID away from its holder, dead or alive."""
    from sarv_sync.model.visible import printable
    from sarv_sync.places import open_configured_store, state_surroundings
    from sarv_sync.state.replacing import break_lock

    store = open_configured_store(shell.inputs())
    lock = break_lock(store, lock_id, state_surroundings(shell.notice).now)
    shell.result(printable(f"The lock is free. It was held by {lock.holder}: {lock.command}, since {lock.since}."))
    shell.notice("if that run is still alive, it makes no further call, and ends")
    return 0
