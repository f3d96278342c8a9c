"""What is set for snapshots. The environment beats the file, so that a pull request cannot say whom to believe.

A variable that is set to nothing is an error: a workflow that means to set it, and fails to, must not leave the
choice to a pull request's file, nor go on unsigned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import InputError
from sarv_sync.inputs import find_account, read_duration
from sarv_sync.model.secret import Secret
from sarv_sync.signing.ed25519 import is_key
from sarv_sync.snapshot_workflow.trust import Trust

if TYPE_CHECKING:
    from pathlib import Path

    from sarv_sync.inputs import Inputs
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.scrub import Scrubber

PUBLIC_KEY = "SARV_SNAPSHOT_PUBLIC_KEY"
MAX_AGE = "SARV_SNAPSHOT_MAX_AGE"
KEY = "SARV_SNAPSHOT_KEY"
KEY_FILE = "SARV_SNAPSHOT_KEY_FILE"

_LONGEST_FILE = 4096


def find_trust(inputs: Inputs, configuration: Configuration) -> Trust:
    """Return which snapshots may be used. Raises `InputError` for what cannot be."""
    account, settings = find_account(inputs, configuration), configuration.snapshot
    public_key, max_age = _given(inputs, PUBLIC_KEY), _given(inputs, MAX_AGE)
    if public_key is not None and not is_key(public_key.strip()):
        raise InputError(f"{PUBLIC_KEY} is no public key", "set it to what `sarv-sync snapshot --new-key` printed")
    return Trust(
        account,
        settings.public_key if public_key is None else public_key.strip(),
        settings.max_age if max_age is None else read_duration(max_age, MAX_AGE),
    )


def find_private_key(inputs: Inputs, scrubber: Scrubber) -> Secret | None:
    """Return the key to sign with, None if none is set. Raises `InputError` for one that is none.

    `scrubber` learns whatever stands where the key should, too: it may be another secret.
    """
    text, origin = _given(inputs, KEY), KEY
    if text is None and (path := _given(inputs, KEY_FILE)) is not None:
        text, origin = _read(inputs.directory / path, path), f"the file that {KEY_FILE} names"
    if text is None:
        return None
    key = Secret(text.strip())
    scrubber.add_all((Secret(text), key))
    if not is_key(key.reveal()):
        raise InputError(f"{origin} holds no private key", "`sarv-sync snapshot --new-key FILE` makes one")
    return key


def _given(inputs: Inputs, name: str) -> str | None:
    value = inputs.environment.get(name)
    if value is not None and not value.strip():
        raise InputError(f"{name} is set, but empty", "give it a value, or unset it")
    return value


def _read(path: Path, name: str) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(_LONGEST_FILE).decode()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
    raise InputError(f"cannot read {KEY_FILE} {name}: {reason}", "check the path and its permissions")
