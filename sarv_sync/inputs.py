"""What is given from outside, and what it makes of the files: the settings of one run.

Flags beat the environment, the environment beats the file: a pull request that edits `endpoint` must not be able to
send the token elsewhere when the workflow sets it.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.config.allowing import with_allowed
from sarv_sync.config.load import load
from sarv_sync.config.refused import faults_of
from sarv_sync.config.settings import seconds
from sarv_sync.config.state_option import with_options
from sarv_sync.errors import InputError
from sarv_sync.model.account import Account
from sarv_sync.model.configuration import Configuration, StateSettings
from sarv_sync.model.endpoint import check_endpoint
from sarv_sync.model.secret import Secret
from sarv_sync.planning.budgets import check_sums
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

DEFAULT_CONFIG = "sarv-sync.yaml"
STATE_OPTIONS = "SARV_STATE_OPTIONS"

_DURATION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?(ms|s|m|h)")
_DAYS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?d")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What was given from outside the files: flags, the environment and the working directory."""

    config: str | None
    endpoint: str | None
    environment: Mapping[str, str]
    directory: Path
    state_options: Sequence[str] = ()

    def setting(self, name: str) -> str | None:
        """Return an environment variable, None if it is unset or empty."""
        return self.environment.get(name) or None


def read_configuration(inputs: Inputs, allow: Sequence[str] = ()) -> Configuration:
    """Read the files; `allow` holds `GUARD=VALUE` overrides for this run. Raises `InputError`."""
    path = inputs.config or inputs.setting("SARV_SYNC_CONFIG") or DEFAULT_CONFIG
    configuration = load(path, inputs.directory)
    guards = configuration.guards
    for text in allow:
        guards = with_allowed(guards, text)
    return replace(configuration, guards=guards, state=_state_settings(inputs, configuration.state))


def check_files(configuration: Configuration) -> None:
    """Raise `InputError` for every sum and every label that the files alone show to be wrong, in file order."""
    order = {file: index for index, file in enumerate(configuration.files)}
    faults = faults_of(check_sums(configuration), configuration)
    if faults:
        raise InputError.of(
            tuple(sorted(faults, key=lambda fault: (order.get(fault.file or "", 0), fault.line or 0)))
        )


def read_any_configuration(inputs: Inputs) -> Configuration:
    """Read the files. Where there are none, and the account is given from outside, that is enough to look at it."""
    given = (inputs.endpoint or inputs.setting("SARV_ENDPOINT")) and inputs.setting("SARV_OWNER_ID")
    named = inputs.config or inputs.setting("SARV_SYNC_CONFIG")
    if named or not given or not _is_blank(inputs.directory / DEFAULT_CONFIG):
        return read_configuration(inputs)
    state = _state_settings(inputs, StateSettings())
    return Configuration(DEFAULT_CONFIG, str(inputs.directory), state=state)


def _is_blank(path: Path) -> bool:
    """Say whether there is no such file, or an empty one, as a shell makes it before `export > FILE` begins."""
    return not os.path.lexists(path) or (path.is_file() and not path.stat().st_size)


def _state_settings(inputs: Inputs, settings: StateSettings) -> StateSettings:
    """Return `settings` with what the environment and, above it, flags say."""
    lines = inputs.environment.get(STATE_OPTIONS)
    if lines is not None and not lines.strip():
        # A workflow that means to name the place, and fails to, must not leave the choice to a pull request's file.
        raise InputError(f"{STATE_OPTIONS} is set, but empty", "write one KEY=VALUE a line, or unset it")
    given = [line.strip() for line in (lines or "").splitlines() if line.strip()]
    return with_options(with_options(settings, given, STATE_OPTIONS), inputs.state_options)


def read_patience(text: str) -> float:
    """Return the seconds that `--lock-timeout` stands for. Raises `InputError`."""
    return read_duration(text, "--lock-timeout")


def read_duration(text: str, setting: str) -> float:
    """Return the seconds that `text`, given as `setting`, stands for. Raises `InputError`."""
    if not _DURATION.fullmatch(text):
        raise InputError(f"{setting} {text}: this is no duration", "write 30s, 2m or 1h, as for `settle`")
    return seconds(text)


def read_age(text: str, setting: str) -> float:
    """Return the seconds that `text`, given as `setting`, stands for; it may be in days. Raises `InputError`."""
    if not (_DURATION.fullmatch(text) or _DAYS.fullmatch(text)):
        raise InputError(f"{setting} {text}: this is no duration", "write 90d or 12h")
    return seconds(text)


def find_account(inputs: Inputs, configuration: Configuration) -> Account:
    """Return which account is meant: flag, then environment, then file."""
    settings = configuration.account
    if inputs.endpoint is None and inputs.environment.get("SARV_ENDPOINT") == "":
        # A workflow that means to set it, and fails to, must not leave the choice to the file of a pull request.
        raise InputError("SARV_ENDPOINT is set, but empty", "give it a value, or unset it to use the file's endpoint")
    endpoint = inputs.endpoint or inputs.setting("SARV_ENDPOINT") or settings.endpoint
    owner_id = inputs.setting("SARV_OWNER_ID") or settings.owner_id
    if endpoint is None:
        hint = "write account.endpoint in the file, or set SARV_ENDPOINT, or pass --endpoint"
        raise InputError("no endpoint is configured", hint)
    if owner_id is None:
        raise InputError("no owner id is configured", "write account.owner_id in the file, or set SARV_OWNER_ID")
    return Account(check_endpoint(endpoint), owner_id)


def read_token(inputs: Inputs) -> Secret:
    """Return the token that the environment gives. Raises `InputError` if it gives none that can be used."""
    token = inputs.setting("SARV_TOKEN")
    if token is None and (path := inputs.setting("SARV_TOKEN_FILE")):
        token = _read_token(inputs.directory / path)
    if not token:
        hint = "set SARV_TOKEN, or SARV_TOKEN_FILE to the path of a file that holds it; it never goes into the file"
        raise InputError("no token is configured", hint)
    if not token.isprintable():
        raise InputError("the token holds characters that no token has", "check SARV_TOKEN for stray line ends")
    return Secret(token)


def _read_token(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
    raise InputError(f"cannot read SARV_TOKEN_FILE {path}: {reason}", "check the path and its permissions")
