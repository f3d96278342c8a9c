"""`sarv-sync drift`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from sarv_sync.cli.monitoring_options import monitored
from sarv_sync.cli.options import common, full, limiting, output_format, pass_shell

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.cli.shell import Shell
    from sarv_sync.inputs import Inputs
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.selection import Selection
    from sarv_sync.monitoring.telling import Telling


@click.command()
@output_format("text", "json", "markdown")
@full
@monitored
@limiting
@common
@pass_shell
def command(
    shell: Shell, format_: str, full: bool, metrics: str | None, pushgateway: str | None, notify: bool,
    targets: tuple[str, ...], labels: tuple[str, ...],
) -> int:  # fmt: skip
    """Show what changed outside the files. Exits with 2 if something did."""
    from sarv_sync.cli.drift_output import show_drift
    from sarv_sync.cli.logs import start_logging
    from sarv_sync.errors import InputError
    from sarv_sync.inputs import DEFAULT_CONFIG
    from sarv_sync.model.selection import read_selection
    from sarv_sync.monitoring.outlets import open_outlets
    from sarv_sync.monitoring.telling import Telling

    start_logging(shell)
    wanted = read_selection(targets, labels)
    if wanted and (metrics or pushgateway):
        hint = "leave out --target and --label where metrics are written"
        raise InputError("metrics of some users would pass for those of all", hint)
    inputs = shell.inputs()
    configuration = inputs.config or inputs.setting("SARV_SYNC_CONFIG") or DEFAULT_CONFIG
    outlets = open_outlets(metrics, pushgateway, inputs.setting, shell.scrubber)
    telling = Telling(configuration, outlets, shell.complain)
    try:
        return _check(shell, inputs, telling, partial(show_drift, shell, format_=format_, full=full), notify, wanted)
    except Exception as error:
        telling.record_failure(error)
        raise


def _check(
    shell: Shell, inputs: Inputs, telling: Telling, show: Callable[[Plan], None], notify: bool, wanted: Selection
) -> int:
    from sarv_sync import workflow
    from sarv_sync.errors import EXIT_CHANGES
    from sarv_sync.inputs import read_configuration
    from sarv_sync.model.selection import limited_to
    from sarv_sync.monitoring.notification import URLS, open_notifier
    from sarv_sync.reporting.drift_notice import drift_notice
    from sarv_sync.wiring import open_project

    # What is wrong with the URLs is said on every day, not on the one when there is something to tell.
    notifier = open_notifier(inputs.environment.get(URLS, ""), shell.scrubber) if notify else None
    configuration = read_configuration(inputs)
    names = limited_to(configuration, wanted)
    plan = workflow.drift(open_project(inputs, configuration, shell.scrubber, shell.notice), names)
    show(plan)
    code = workflow.drift_exit_code(plan)
    telling.record(code, plan, len(configuration.users))
    if notifier is not None and code == EXIT_CHANGES:
        telling.announce(notifier, *drift_notice(plan, telling.configuration))
    return telling.exit_code(code)
