"""`sarv-sync schema`."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import click

from sarv_sync.cli.options import common, pass_shell
from sarv_sync.schema_files import SchemaName

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell


@click.command()
@click.argument("name", type=click.Choice(get_args(SchemaName)))
@common
@pass_shell
def command(shell: Shell, name: SchemaName) -> int:
    """Print the JSON Schema of the configuration or of one of the documents."""
    from sarv_sync.schema_files import schema_text

    shell.result(schema_text(name))
    return 0
