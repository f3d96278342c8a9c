"""A secrets engine of a real OpenBao, and a token whose policy is for that engine alone."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sarv_sync.model.scrub import Scrubber
from sarv_sync.sinks.catalog import open_sink
from sarv_sync.sinks.site import Site
from tests.contract.sinks.openbao import allowing, openbao

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sarv_sync.model.sink import Credential, Sink
    from tests.contract.sinks.engine import Opener, Readable
    from tests.contract.sinks.openbao import OpenBao


class Vault:
    """Secrets `smtp/NAME` in an engine of one's own."""

    kind = "vault"
    readable: Readable = "content"
    by_label: Mapping[str, Any] | None = {"path": "smtp/{labels.team}/{name}"}

    def __init__(self, server: OpenBao, folder: Path) -> None:
        self._server = server
        self._folder = folder
        self._mount = server.kv()
        self._policy = server.policy(allowing(self._mount, "create", "read", "update"))
        self._token = server.token(self._policy)

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self._token,)

    def open(self, **options: Any) -> Sink:
        environment = {"VAULT_ADDR": self._server.url, "VAULT_TOKEN": self._token}
        chosen = {"mount": self._mount, "path": "smtp/{name}", **options}
        return open_sink(self.kind, chosen, Site(self._folder, environment, Scrubber()))

    def stored(self, credential: Credential) -> dict[str, str] | None:
        return self._server.data(self._mount, _path(credential))

    def spoil(self, credential: Credential) -> None:
        self._server.put(self._mount, _path(credential), {"SMTP_PASSWORD": "something else"})

    def remove(self, credential: Credential) -> None:
        self._server.ask("DELETE", f"{self._mount}/data/{_path(credential)}")

    def inventory(self) -> set[str]:
        found = self._server.ask("LIST", f"{self._mount}/metadata/smtp")
        return set(found["data"]["keys"]) if found else set()

    @contextmanager
    def forbid(self) -> Iterator[None]:
        """Take out of the policy that anything may be written."""
        self._server.policy(allowing(self._mount, "read"), self._policy)
        yield
        self._server.policy(allowing(self._mount, "create", "read", "update"), self._policy)


def _path(credential: Credential) -> str:
    return f"smtp/{credential.recipient.name}"


@contextmanager
def running(server: Path) -> Iterator[Opener]:
    """Yield what mounts engines in one server."""
    with openbao(server) as bao:
        yield lambda folder: Vault(bao, folder)
