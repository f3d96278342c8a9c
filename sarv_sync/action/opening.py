"""From the environment of a job to a desk to work at."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sarv_sync.action.desk import Desk
from sarv_sync.action.settings import command_environment, read_settings
from sarv_sync.errors import InputError
from sarv_sync.github.api import RestApi
from sarv_sync.github.context import read_context
from sarv_sync.inputs import Inputs

if TYPE_CHECKING:
    from sarv_sync.action.step import Surroundings
    from sarv_sync.github.interface import Api


def open_desk(around: Surroundings) -> Desk:
    """Return the desk of this step. Raises `InputError` for an input or a variable that cannot be used."""
    settings = read_settings(around.environment)
    environment = command_environment(around.environment)
    context = read_context(around.environment)
    inputs = Inputs(None, None, environment, around.directory)

    @cache
    def api() -> Api:
        token = settings.github_token
        if token is None:
            raise InputError(
                "no token for GitHub is given", "leave the input `github-token` out: it is the job's own then"
            )
        return RestApi(context.api_url, token, around.console.scrubber, ca_bundle=inputs.setting("SARV_CA_BUNDLE"))

    if settings.github_token is not None:
        around.console.scrubber.add(settings.github_token)
    return Desk(
        settings=settings,
        flags=around.commands.flags(settings.command, settings.arguments),
        context=context,
        inputs=inputs,
        console=around.console,
        commands=around.commands,
        open_api=api,
        world=around.world,
    )
