"""Options that several commands take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from sarv_sync.cli.shell import Shell

if TYPE_CHECKING:
    from collections.abc import Callable

Command = TypeVar("Command", bound="Callable[..., Any]")

pass_shell = click.make_pass_decorator(Shell)


def _store(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Put a common option into the shell, so that it may stand before or after the command's name."""
    shell, name = ctx.find_object(Shell), str(param.name)
    if isinstance(value, tuple):  # may be given again, on both sides
        setattr(shell, name, getattr(shell, name) + value)
    elif value not in {None, False}:
        setattr(shell, name, value)


def common(command: Command) -> Command:
    """Add the flags that every command takes."""
    for option in reversed(_COMMON):
        command = option(command)
    return command


_SHARED: dict[str, Any] = {"expose_value": False, "callback": _store}
_COMMON: tuple[Callable[[Any], Any], ...] = (
    click.option("-c", "--config", metavar="PATH", help="The main file [default: sarv-sync.yaml].", **_SHARED),
    click.option(
        "--endpoint", metavar="URL", help="The API's base URL; beats SARV_ENDPOINT and the file.", **_SHARED
    ),
    click.option(
        "--state-option",
        "state_options",
        multiple=True,
        metavar="KEY=VALUE",
        help="Beats the file's `state:`; may be given again.",
        **_SHARED,
    ),
    click.option("--color", type=click.Choice(["auto", "always", "never"]), help="When to use colour.", **_SHARED),
    click.option("-v", "--verbose", "verbosity", count=True, help="Say more; twice for every call.", **_SHARED),
    click.option("-q", "--quiet", is_flag=True, help="Print results and errors only.", **_SHARED),
)


def output_format(*formats: str) -> Callable[[Command], Command]:
    """Add `--format` with `formats`, of which the first is the default."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How the result is written.",
    )


targets = click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="NAME",
    help="Only this user, or all that match, as in 'shop-*'; may be given again.",
)

labels = click.option(
    "--label",
    "labels",
    multiple=True,
    metavar="KEY=VALUE",
    help="Only users with this label; may be given again, all of them count.",
)


full = click.option("--full", is_flag=True, help="Show every change, however many there are.")


def limiting(command: Command) -> Command:
    """Add `--target` and `--label`, which say whom a command is about. Both together narrow the choice."""
    return targets(labels(command))


def allowing(example: str) -> Callable[[Command], Command]:
    """Add `--allow`, with `example` of what can be given."""
    return click.option(
        "--allow", multiple=True, metavar="GUARD=VALUE", help=f"Raise a guard for this run, e.g. {example}."
    )


allow = allowing("max_creates=500")

apply_options: tuple[Callable[[Any], Any], ...] = (
    click.option("--expect-digest", metavar="D", help="Go on only if the plan has this digest."),
    click.option("--parallelism", type=click.IntRange(1, 256), default=8, show_default=True, help="Calls at a time."),
    click.option(
        "--lock-timeout", metavar="TIME", default="0s", show_default=True, help="Wait so long for the lock."
    ),
)


def applying(command: Command) -> Command:
    """Add the flags that say how an apply goes about it."""
    for option in reversed(apply_options):
        command = option(command)
    return command
