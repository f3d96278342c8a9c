"""`sarv-sync sandbox`: serves an embedded provider over HTTP."""

from __future__ import annotations

from pathlib import Path

import click

from sarv_sync.sandbox import defaults


@click.command()
@click.option("--host", default=defaults.HOST, show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on; 0 takes any free one.")
@click.option("--data", type=click.Path(path_type=Path), help="File to keep the account in, instead of memory.")
@click.option("--owner-id", envvar="SARV_OWNER_ID", default=defaults.OWNER_ID, help="Owner id to accept.")
@click.option("--token", envvar="SARV_TOKEN", default=defaults.TOKEN, help="Token to accept; better set SARV_TOKEN.")
@click.option("--users", type=click.IntRange(0, 10_000_000), default=0, help="Users to put into an empty account.")
@click.option(
    "--latency", type=click.IntRange(0, 3_600_000), default=0, metavar="MS", help="Milliseconds every call takes."
)
@click.option("--fault", multiple=True, metavar="RULE", help="CALL:WHAT[:key=value,...], see docs/sandbox.md.")
@click.option("--seed", type=int, help="Makes names, passwords and the probabilities of faults repeatable.")
def command(
    *,
    host: str, port: int, data: Path | None, owner_id: str, token: str, users: int, latency: int,
    fault: tuple[str, ...], seed: int | None,
) -> None:  # fmt: skip
    """Serve an embedded provider over HTTP, for trying things out. Stops at Ctrl-C or SIGTERM."""
    from contextlib import closing

    from sarv_sync.sandbox import foreground, invitation
    from sarv_sync.sandbox.seeding import open_account
    from sarv_sync.sandbox.server import Sandbox

    invitation.check_credentials(owner_id, token)
    with (
        foreground.stop_signals() as wait,
        closing(open_account(data, users, seed)) as account,
        Sandbox(
            account, owner_id=owner_id, token=token, host=host, port=port, latency=latency / 1000, faults=fault,
            seed=seed,
        ) as sandbox,
    ):  # fmt: skip
        click.echo(invitation.settings_line(sandbox.url, owner_id, token), err=True)
        click.echo(f"listening on {sandbox.url}")
        wait()
