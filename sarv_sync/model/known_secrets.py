"""The secrets that are around before anything is read: the net below every output has to know them first.

A file that was named by mistake, or a link in somebody's pull request, may lead to one of them, and errors quote what
they are about.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sarv_sync.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SECRETS = (
    "SARV_TOKEN", "SARV_STATE_KEY", "SARV_SECRETS_TOKEN", "SARV_SNAPSHOT_KEY", "SARV_NOTIFY_URLS", "SARV_GIT_TOKEN",
    "SARV_PUSHGATEWAY_PASSWORD", "PGPASSWORD", "GITHUB_TOKEN", "VAULT_TOKEN", "VAULT_SECRET_ID", "VAULT_JWT",
    "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
)  # fmt: skip
"""Variables that hold a secret, or one a line."""

FILES = ("SARV_TOKEN_FILE", "SARV_SNAPSHOT_KEY_FILE", "VAULT_JWT_FILE")
"""Variables that name a file which holds one."""

_LONGEST = 4096


def known_secrets(environment: Mapping[str, str], folder: Path) -> Iterator[Secret]:
    """Yield every secret that `environment` holds, or leads to from `folder`, as a whole and by lines.

    Only plain files are read: what comes through a pipe can be read once, and is not for this to take.
    """
    texts = [environment.get(name, "") for name in SECRETS]
    texts += [_start_of(folder / environment[name]) for name in FILES if environment.get(name)]
    for text in texts:
        yield from (Secret(part.strip()) for part in (text, *text.splitlines()) if part.strip())


def _start_of(path: Path) -> str:
    with suppress(OSError, ValueError):
        if path.is_file():
            with path.open(encoding="utf-8") as file:
                return file.read(_LONGEST)
    return ""
