"""From the environment of a job to a desk to work at."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from sarv_sync.action.desk import Desk
from sarv_sync.action.main_file import main_file
from sarv_sync.action.settings import PREFIX, command_environment, read_settings
from sarv_sync.errors import InputError
from sarv_sync.github.api import RestApi
from sarv_sync.github.context import read_context
from sarv_sync.inputs import DEFAULT_CONFIG, Inputs
from sarv_sync.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sarv_sync.action.step import Surroundings
    from sarv_sync.github.interface import Api

_SECRETS = (
    "SARV_TOKEN", "SARV_STATE_KEY", "SARV_SECRETS_TOKEN", "SARV_SNAPSHOT_KEY", "SARV_NOTIFY_URLS", "SARV_GIT_TOKEN",
    "PGPASSWORD", "GITHUB_TOKEN", "VAULT_TOKEN", "VAULT_SECRET_ID", "VAULT_JWT", "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
)  # fmt: skip
_SECRET_FILES = ("SARV_TOKEN_FILE", "SARV_SNAPSHOT_KEY_FILE", "VAULT_JWT_FILE")
_LONGEST = 4096


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
    given = [environment.get(name, "") for name in _SECRETS] + [around.environment.get(f"{PREFIX}GITHUB_TOKEN", "")]
    for name in _SECRET_FILES:
        with suppress(OSError, ValueError):
            given.append(
                (around.directory / environment[name]).read_text()[:_LONGEST] if environment.get(name) else ""
            )
    given += [line for text in given for line in text.splitlines()]
    around.console.scrubber.add_all(Secret(text.strip()) for text in given if text.strip())
