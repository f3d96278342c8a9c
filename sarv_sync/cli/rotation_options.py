"""Options that say whose passwords are to be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sarv_sync.cli.options import labels
from sarv_sync.errors import InputError
from sarv_sync.model.rotation import RotationRequest
from sarv_sync.model.selection import read_labels

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sarv_sync.cli.options import Command

CHOICE = ("names", "everybody", "due", "older_than", "labels")
"""What `read_rotation` is given, by the names under which click hands it over."""

rotation_options: tuple[Callable[[Any], Any], ...] = (
    click.argument("names", metavar="[NAME]...", nargs=-1),
    click.option("--all", "everybody", is_flag=True, help="Every user of the files."),
    click.option("--due", is_flag=True, help="Those that the files say it is time for."),
    click.option("--older-than", metavar="TIME", help="Those whose password is older, as in 90d or 12h."),
    labels,
)


def choosing(command: Command) -> Command:
    """Add names, `--all`, `--due`, `--older-than` and `--label`."""
    for option in reversed(rotation_options):
        command = option(command)
    return command


def read_rotation(
    names: Sequence[str], everybody: bool, due: bool, older_than: str | None, labels: Sequence[str]
) -> RotationRequest:
    """Return whom the options mean. Raises `InputError` where they mean nobody, or cannot be understood."""
    from sarv_sync.inputs import read_age

    if names and everybody:
        raise InputError("--all and names say different things", "give names, or --all")
    if not (names or everybody or due or older_than or labels):
        hint = "name users, or give --all, --due, --older-than 90d or --label team=finance"
        raise InputError("it is not said whose passwords are to be changed", hint)
    return RotationRequest(
        names=tuple(dict.fromkeys(names)),
        labels=read_labels(labels),
        older_than=None if older_than is None else read_age(older_than, "--older-than"),
        due=due,
    )
