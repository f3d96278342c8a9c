"""`sarv-sync doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sarv_sync.cli.options import common, output_format, pass_shell

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell


@click.command()
@output_format("text", "json")
@common
@pass_shell
def command(shell: Shell, format_: str) -> int:
    """Check settings, connection, state and account, and say what to do. Changes nothing."""
    from sarv_sync.cli.doctor_output import show_diagnosis
    from sarv_sync.cli.logs import start_logging
    from sarv_sync.doctor_wiring.diagnose import diagnose
    from sarv_sync.errors import EXIT_DONE, EXIT_ERROR

    start_logging(shell)
    diagnosis = diagnose(shell.inputs(), shell.scrubber)
    show_diagnosis(shell, diagnosis, format_)
    return EXIT_DONE if diagnosis.healthy else EXIT_ERROR
