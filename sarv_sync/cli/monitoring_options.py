"""Options by which a check tells other systems how it ended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

Command = TypeVar("Command", bound="Callable[..., Any]")


def monitored(command: Command) -> Command:
    """Add `--metrics`, `--pushgateway` and `--notify`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.option(
        "--metrics", "textfile", type=click.Path(path_type=Path), metavar="FILE",
        help="Write Prometheus metrics here, whatever comes of it; the name ends in .prom.",
    ),
    click.option("--pushgateway", metavar="URL", help="Push the same metrics to this Prometheus pushgateway."),
    click.option("--notify", is_flag=True, help="Tell the apprise URLs in SARV_NOTIFY_URLS if drift is found."),
)  # fmt: skip
