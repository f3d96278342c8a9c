"""Secrets of a repository in a forge, each opened with the key that GitHub alone has."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from itertools import count
from typing import TYPE_CHECKING, Any

from sarv_sync.model.scrub import Scrubber
from sarv_sync.sinks.catalog import open_sink
from sarv_sync.sinks.contents import DEFAULT_KEYS
from sarv_sync.sinks.site import Site
from tests.forge.answers import Answer
from tests.forge.server import Forge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sarv_sync.model.sink import Credential, Sink
    from tests.contract.sinks.engine import Opener, Readable

_KEYS = (*DEFAULT_KEYS, "SMTP_URL", "TEAM")
"""All that the suite delivers. One prefix may be the start of another."""

TOKEN = "github_pat_11AAAAAAA0canary"


class GitHubActions:
    """A repository of one's own in a forge that is shared."""

    kind = "github-actions"
    readable: Readable = "presence"
    secrets = (TOKEN,)
    by_label: Mapping[str, Any] | None = {"environment": "{labels.team}"}

    def __init__(self, forge: Forge, number: int, folder: Path) -> None:
        self._forge = forge
        self._folder = folder
        self._repository = f"acme/shop-{number}"
        self._token = f"{TOKEN}-{number}"
        forge.add_repository(self._repository, private=True)
        forge.add_environment(self._repository, "finance")
        self._allow("write")

    def open(self, **options: Any) -> Sink:
        environment = {
            "GITHUB_API_URL": self._forge.url,
            "GITHUB_REPOSITORY": self._repository,
            "SARV_SECRETS_TOKEN": self._token,
        }
        return open_sink(self.kind, options, Site(self._folder, environment, Scrubber()))

    def stored(self, credential: Credential) -> dict[str, str] | None:
        kept, prefix = self._forge.vault(self._repository).secrets, _prefix(credential)
        found = {key: kept[prefix + key].value.decode() for key in _KEYS if prefix + key in kept}
        return found or None

    def spoil(self, credential: Credential) -> None:
        kept, name = self._forge.vault(self._repository).secrets, f"{_prefix(credential)}SMTP_PASSWORD"
        kept[name] = replace(kept[name], value=b"something else", updated=datetime.now(timezone.utc))

    def remove(self, credential: Credential) -> None:
        kept = self._forge.vault(self._repository).secrets
        for key in _KEYS:
            kept.pop(_prefix(credential) + key, None)

    def inventory(self) -> set[str]:
        return set(self._forge.vault(self._repository).secrets)

    @contextmanager
    def forbid(self) -> Iterator[None]:
        """Take the permission away. What is sealed cannot be said; the token can."""
        self._allow("read")
        message = f"Resource not accessible by personal access token {self._token}"
        path = f"/repos/{self._repository}/actions/secrets/"
        self._forge.events.fail("PUT", path, Answer(403, {"message": message}), None)
        yield
        self._forge.events.forgive(path)
        self._allow("write")

    def _allow(self, level: str) -> None:
        granted = {"secrets": level, "environments": level}
        self._forge.add_token(self._token, "octocat", granted, repositories=[self._repository], remaining=1 << 20)


def _prefix(credential: Credential) -> str:
    return f"{re.sub('[.-]', '_', credential.recipient.name.upper())}_"


@contextmanager
def running(server: Path) -> Iterator[Opener]:
    """Yield what makes repositories in one forge."""
    numbers = count(1)
    with Forge() as forge:
        yield lambda folder: GitHubActions(forge, next(numbers), folder)
