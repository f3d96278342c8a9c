"""`sarv-sync drift`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sarv_sync.cli.monitoring_options import monitored
from sarv_sync.cli.options import common, output_format, pass_shell

if TYPE_CHECKING:
    from pathlib import Path

    from sarv_sync.cli.monitoring import Monitoring
    from sarv_sync.cli.shell import Shell
    from sarv_sync.inputs import Inputs


@click.command()
@output_format("text", "json", "markdown")
@monitored
@common
@pass_shell
def command(shell: Shell, format_: str, textfile: Path | None, pushgateway: str | None, notify: bool) -> int:
    """Show what changed outside the files. Exits with 2 if something did."""
    from sarv_sync.cli.logs import start_logging
    from sarv_sync.cli.monitoring import Monitoring

    start_logging(shell)
    inputs = shell.inputs()
    monitoring = Monitoring.of(shell, inputs, textfile, pushgateway)
    try:
        return _check(shell, inputs, monitoring, format_, notify)
    except Exception as error:
        monitoring.record_failure(error)
        raise


def _check(shell: Shell, inputs: Inputs, monitoring: Monitoring, format_: str, notify: bool) -> int:
    from sarv_sync import workflow
    from sarv_sync.cli.drift_output import show_drift
    from sarv_sync.cli.monitoring import open_notifier
    from sarv_sync.errors import EXIT_CHANGES
    from sarv_sync.inputs import read_configuration
    from sarv_sync.wiring import open_project

    notifier = open_notifier(shell, inputs) if notify else None
    configuration = read_configuration(inputs)
    plan = workflow.plan(open_project(inputs, configuration, shell.scrubber, shell.notice))
    show_drift(shell, plan, format_)
    code = workflow.drift_exit_code(plan)
    monitoring.record(code, plan, len(configuration.users))
    if notifier is not None and code == EXIT_CHANGES:
        monitoring.announce(notifier, plan)
    return monitoring.exit_code(code)
