"""From the environment of a job to a desk to work at."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sarv_sync.action.desk import Desk
from sarv_sync.action.main_file import main_file
from sarv_sync.action.settings import PREFIX, command_environment, read_settings
from sarv_sync.errors import InputError
from sarv_sync.github.api import RestApi
from sarv_sync.github.context import read_context
from sarv_sync.inputs import DEFAULT_CONFIG, Inputs
from sarv_sync.model.known_secrets import known_secrets
from sarv_sync.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sarv_sync.action.step import Surroundings
    from sarv_sync.github.interface import Api


def open_desk(around: Surroundings) -> Desk:
    """Return the desk of this step. Raises `InputError` for an input or a variable that cannot be used."""
    environment = command_environment(around.environment)
    _learn_secrets(around, environment)
    settings = read_settings(around.environment)
    context = read_context(around.environment)
    inputs = Inputs(None, None, environment, around.directory)
    named = inputs.setting("SARV_SYNC_CONFIG") or DEFAULT_CONFIG

    @cache
    def api() -> Api:
        token = settings.github_token
        if token is None:
            raise InputError(
                "no token for GitHub is given", "leave the input `github-token` out: it is the job's own then"
            )
        return RestApi(context.api_url, token, around.console.scrubber, ca_bundle=inputs.setting("SARV_CA_BUNDLE"))

    return Desk(
        settings=settings,
        flags=around.commands.flags(settings.command, settings.arguments),
        context=context,
        inputs=inputs,
        main_file=main_file(context.workspace, around.directory, named),
        console=around.console,
        commands=around.commands,
        open_api=api,
        world=around.world,
    )


def _learn_secrets(around: Surroundings, environment: Mapping[str, str]) -> None:
    """Have the scrubber know every secret before a file of the checkout is read: it may lead to one of them."""
    around.console.scrubber.add_all(known_secrets(environment, around.directory))
    job_token = around.environment.get(f"{PREFIX}GITHUB_TOKEN", "").strip()
    if job_token:
        around.console.scrubber.add(Secret(job_token))
