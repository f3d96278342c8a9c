"""Options by which a check tells other systems how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.cli.options import Command

metric_options: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--metrics", metavar="FILE", help="Write Prometheus metrics here, whatever comes of it; ends in .prom."
    ),
    click.option("--pushgateway", metavar="URL", help="Push the same metrics to this Prometheus pushgateway."),
)
_notify = click.option("--notify", is_flag=True, help="If drift is found, tell the apprise URLs in SARV_NOTIFY_URLS.")


def monitored(command: Command) -> Command:
    """Add `--metrics`, `--pushgateway` and `--notify`."""
    for option in (_notify, *reversed(metric_options)):
        command = option(command)
    return command
