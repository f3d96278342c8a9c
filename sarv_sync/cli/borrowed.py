"""What a step of the Action borrows of the command line: how flags are read, and how an apply is watched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sarv_sync.action.interface import Flags
from sarv_sync.cli.monitoring_options import metric_options
from sarv_sync.cli.options import allow, apply_options, labels, targets
from sarv_sync.cli.rotation_options import CHOICE, read_rotation, rotation_options
from sarv_sync.errors import InputError
from sarv_sync.inputs import read_patience
from sarv_sync.model.selection import read_selection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sarv_sync.apply_workflow import Approval
    from sarv_sync.applying.executor import Execution
    from sarv_sync.cli.shell import Shell
    from sarv_sync.inputs import Inputs
    from sarv_sync.model.configuration import Configuration

_TAKEN: dict[str, tuple[Callable[[Any], Any], ...]] = {
    "plan": (targets, labels, allow),
    "apply": (*apply_options, targets, labels, allow),
    "rotate": (*rotation_options, *apply_options, allow),
    "drift": metric_options,
}
"""The flags that each command takes in the input `args`; the rest has inputs of its own."""


class Borrowed:
    """The command line of `shell`."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def flags(self, command: str, arguments: Sequence[str]) -> Flags:
        """Return what `arguments` say. Raises `InputError` for what `command` does not take."""
        parser = click.Command(command, params=_options(command), add_help_option=False)
        try:
            given = parser.make_context(command, list(arguments)).params
        except click.UsageError as error:
            message = " ".join(error.format_message().split())
            taken = ", ".join(map(_called, _options(command))) or "nothing"
            raise InputError(f"the input `args`: {message}", f"{command} takes there: {taken}") from None
        patience = read_patience(given.pop("lock_timeout", "0s"))
        rotation = read_rotation(**{name: given.pop(name) for name in CHOICE}) if command == "rotate" else None
        wanted = read_selection(given.pop("targets", ()), given.pop("labels", ()))
        return Flags(**given, wanted=wanted, patience=patience, rotation=rotation)

    def apply(
        self, inputs: Inputs, configuration: Configuration, approval: Approval, targets: Sequence[str], flags: Flags
    ) -> Execution:
        """Apply with signals heeded, and now and then a line on how far it is."""
        from sarv_sync.cli.running import run_apply

        parallelism, patience, rotation = flags.parallelism, flags.patience, flags.rotation
        return run_apply(self._shell, inputs, configuration, approval, targets, parallelism, patience, rotation)


def _called(option: click.Parameter) -> str:
    return option.opts[0] if isinstance(option, click.Option) else option.human_readable_name


def _options(command: str) -> list[click.Parameter]:
    """Return the options as click keeps them: they are made as decorators of a function."""

    def anything() -> None:
        """Hold options."""

    for option in _TAKEN.get(command, ()):
        option(anything)
    held: list[click.Parameter] = getattr(anything, "__click_params__", [])
    return held
