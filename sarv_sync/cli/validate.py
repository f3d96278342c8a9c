"""`sarv-sync validate`."""

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
    """Check the files, without network or credentials."""
    from sarv_sync.inputs import check_files, read_configuration
    from sarv_sync.places import check_place
    from sarv_sync.reporting.validate_text import validate_text

    inputs = shell.inputs()
    configuration = read_configuration(inputs)
    check_place(inputs, configuration)
    check_files(configuration)
    users, warnings = len(configuration.users), configuration.warnings
    if format_ == "json":
        shown = [
            {key: getattr(fault, key) for key in ("message", "hint", "file", "line", "column")} for fault in warnings
        ]
        shell.result_json({"valid": True, "users": users, "files": list(configuration.files), "warnings": shown})
    else:
        shell.complain(warnings, "warning")
        shell.result(validate_text(users, len(configuration.files), len(warnings)))
    return 0
