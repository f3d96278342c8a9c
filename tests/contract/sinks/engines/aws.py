"""Secrets of AWS, as moto serves them."""

from __future__ import annotations

import json
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

from sarv_sync.model.scrub import Scrubber
from sarv_sync.sinks.catalog import open_sink
from sarv_sync.sinks.site import Site
from tests.contract.sinks.engines.secrets_manager import SECRET_KEY, SESSION_TOKEN, SecretsManager, serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sarv_sync.model.sink import Credential, Sink
    from tests.contract.sinks.engine import Opener, Readable


class Aws:
    """The secrets below a prefix of one's own."""

    kind = "aws-secrets-manager"
    readable: Readable = "content"
    secrets = (SECRET_KEY, SESSION_TOKEN)

    def __init__(self, server: SecretsManager, number: int, folder: Path) -> None:
        self._server = server
        self._prefix = f"smtp-{number}/"
        self._folder = folder

    @property
    def by_label(self) -> Mapping[str, Any] | None:
        return {"secret": self._prefix + "{labels.team}/{name}"}

    def open(self, **options: Any) -> Sink:
        site = Site(self._folder, self._server.environment, Scrubber())
        return open_sink(self.kind, {"secret": self._prefix + "{name}", **options}, site)

    def stored(self, credential: Credential) -> dict[str, str] | None:
        return self._server.value(self._name(credential))

    def spoil(self, credential: Credential) -> None:
        value = json.dumps({"SMTP_PASSWORD": "something else"})
        self._server.client.put_secret_value(SecretId=self._name(credential), SecretString=value)

    def remove(self, credential: Credential) -> None:
        self._server.client.delete_secret(SecretId=self._name(credential), ForceDeleteWithoutRecovery=True)

    def inventory(self) -> set[str]:
        """Return every version of every value. A secret without any, which a check makes, holds nothing."""
        pages = self._server.client.get_paginator("list_secrets").paginate()
        names = [secret["Name"] for page in pages for secret in page["SecretList"]]
        own = [name for name in names if name.startswith(self._prefix)]
        return {f"{name} {version}" for name in own for version in self._server.versions(name)}

    @contextmanager
    def forbid(self) -> Iterator[None]:
        with self._server.denying("PutSecretValue", "CreateSecret"):
            yield

    def _name(self, credential: Credential) -> str:
        return self._prefix + credential.recipient.name


@contextmanager
def running(server: Path) -> Iterator[Opener]:
    """Yield what makes prefixes in one account."""
    numbers = count(1)
    with serving() as secrets_manager:
        yield lambda folder: Aws(secrets_manager, next(numbers), folder)
