"""Finds the command, and turns whatever happens into words and an exit code."""

from __future__ import annotations

import os
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sarv_sync import __version__
from sarv_sync.cli.options import common
from sarv_sync.cli.shell import Shell
from sarv_sync.errors import EXIT_ERROR, EXIT_INPUT, EXIT_INTERRUPTED, Fault, InputError, SarvSyncError
from sarv_sync.model.known_secrets import known_secrets

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS: dict[str, str] = {
    "init": "Write a commented sarv-sync.yaml and what goes with it.",
    "validate": "Check the files, without network or credentials.",
    "plan": "Show what apply would do.",
    "apply": "Make the account as the files want it.",
    "rotate": "Change passwords and deliver the new ones.",
    "drift": "Show what changed outside the files.",
    "accept": "Write into the files what somebody changed in the account.",
    "explain": "Show all about one user: where its values come from, what apply would do.",
    "history": "Show the last applies, and all that one of them did.",
    "show": "Print a saved plan, or the state.",
    "export": "Write entries for the users that the account has.",
    "adopt": "Write into an entry which existing user it has.",
    "snapshot": "Write a redacted listing of the account, for plans without the token.",
    "state": "Show, mend, move and unlock the state.",
    "doctor": "Check settings, connection, state and account; change nothing.",
    "github": "Run one command as a step of a GitHub Actions job.",
    "schema": "Print a JSON Schema.",
    "sandbox": "Serve an embedded provider over HTTP, to try things out.",
    "demo": "Take the whole tour against the sandbox.",
}
"""Every command with its one-line help, so that `--help` loads none of them."""


class _LazyGroup(click.Group):
    """A group whose commands are imported when they are run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"sarv_sync.cli.{cmd_name}").command
        command.name = cmd_name
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f"did you mean {near[0]}?" if near else "see sarv-sync --help"
            raise InputError(f"there is no command {args[0]}", hint)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
@common
def _group() -> None:
    """SMTP users of a Sarv or SendClean account, as reviewed YAML.

    Exit codes: 0 done; 1 error; 2 changes or drift found; 3 wrong input; 4 refused; 5 incomplete, run again.
    """


def run_command(arguments: Sequence[str]) -> int:
    """Run the program with `arguments`; return its exit code. Nothing but `SystemExit` of the interpreter escapes."""
    shell = Shell()
    shell.scrubber.add_all(known_secrets(os.environ, Path()))
    try:
        code = _group.main(list(arguments), prog_name="sarv-sync", standalone_mode=False, obj=shell)
        return code if isinstance(code, int) else 0
    except SarvSyncError as error:
        return _fail(shell, arguments, error.exit_code, error.faults)
    except click.exceptions.NoArgsIsHelpError as error:
        shell.say(error.format_message())
        return EXIT_INPUT
    except click.UsageError as error:
        message = " ".join(error.format_message().split())  # click lays lists of choices out over several lines
        return _fail(shell, arguments, EXIT_INPUT, (Fault(message, _usage_hint(error)),))
    except (click.Abort, KeyboardInterrupt):
        return _fail(shell, arguments, EXIT_INTERRUPTED, (Fault("interrupted"),))
    except Exception as error:  # noqa: BLE001 - the last resort: a bug is told as one, without secrets
        from sarv_sync.cli.bug import describe_bug

        return _fail(shell, arguments, EXIT_ERROR, (describe_bug(error),))


def _fail(shell: Shell, arguments: Sequence[str], exit_code: int, faults: tuple[Fault, ...]) -> int:
    if _wants_json(arguments) and not shell.unheard:
        from sarv_sync.reporting.errors_document import error_document

        try:
            shell.result_json(error_document(exit_code, shell.scrubbed(faults)))
        except SarvSyncError as unheard:
            faults = (*faults, *unheard.faults)
        else:
            return exit_code
    shell.complain(faults)
    return exit_code


def _wants_json(arguments: Sequence[str]) -> bool:
    """Say whether JSON was asked for, even by a command line that could not be understood."""
    return "--format=json" in arguments or ("--format", "json") in pairwise(arguments)


def _usage_hint(error: click.UsageError) -> str:
    path: Any = error.ctx.command_path if error.ctx is not None else "sarv-sync"
    return f"see {path} --help"
