"""What `sarv-sync state push` is given."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.errors import InputError
from sarv_sync.inputs import find_account
from sarv_sync.model.endpoint import check_endpoint
from sarv_sync.state_workflow import KnownAccount

if TYPE_CHECKING:
    from sarv_sync.inputs import Inputs
    from sarv_sync.model.configuration import Configuration


def read_document(file: str) -> bytes:
    """Return what is in `file`, standard input for `-`; raise `InputError` if it cannot be read."""
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        reason = error.strerror
    raise InputError(f"cannot read {file}: {reason}", "check the path and its permissions")


def known_account(inputs: Inputs, configuration: Configuration) -> KnownAccount:
    """Return the account that is configured, as far as it is. Raises `InputError` for a setting that is wrong."""
    given, settings = inputs.environment, configuration.account
    endpoint = inputs.endpoint or given.get("SARV_ENDPOINT", settings.endpoint)
    owner_id = inputs.setting("SARV_OWNER_ID") or settings.owner_id
    if endpoint is None or owner_id is None:
        return KnownAccount(endpoint and check_endpoint(endpoint), owner_id)
    account = find_account(inputs, configuration)
    return KnownAccount(account.endpoint, account.owner_id)
