"""Secrets of a cluster, through the Python client and through `kubectl`, and manifests in files."""

from __future__ import annotations

import base64
import os
import shutil
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

import kubernetes_validate
import pytest
import yaml

from sarv_sync.model.scrub import Scrubber
from sarv_sync.sinks.catalog import open_sink
from sarv_sync.sinks.site import Site
from tests.cluster.secrets import SCHEMA
from tests.cluster.server import TOKEN, Cluster, kubeconfig, serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sarv_sync.model.sink import Credential, Sink
    from tests.contract.sinks.engine import Opener, Readable


class Kubernetes:
    """A namespace of one's own. `via` is the way there."""

    kind = "kubernetes"
    secrets = (TOKEN,)
    by_label: Mapping[str, Any] | None = {"secret": "{labels.team}-{name}"}

    def __init__(self, cluster: Cluster, via: str, number: int, folder: Path) -> None:
        self._cluster = cluster
        self._via = via
        self._namespace = f"{via}-{number}"
        self._folder = folder
        self.readable: Readable = "content" if via == "client" else "no"
        cluster.namespaces.add(self._namespace)
        kubeconfig(cluster, folder / "kubeconfig")

    def open(self, **options: Any) -> Sink:
        environment = {
            "KUBECONFIG": str(self._folder / "kubeconfig"),
            "HOME": str(self._folder),
            "PATH": os.environ["PATH"],
        }
        site = Site(self._folder, environment, Scrubber())
        common = {"secret": "smtp-{name}", "namespace": self._namespace, "via": self._via}
        return open_sink(self.kind, {**common, **options}, site)

    def stored(self, credential: Credential) -> dict[str, str] | None:
        found = self._cluster.secrets.stored.get(self._place(credential))
        return None if found is None else found.data

    def spoil(self, credential: Credential) -> None:
        """Somebody edits it, in this sink's name: who has a key to himself is not overwritten."""
        self._cluster.secrets.put(*self._place(credential), {"SMTP_PASSWORD": "something else"}, "sarv-sync")

    def remove(self, credential: Credential) -> None:
        del self._cluster.secrets.stored[self._place(credential)]

    def inventory(self) -> set[str]:
        stored = self._cluster.secrets.stored.items()
        return {f"{name} {one.version}" for (namespace, name), one in stored if namespace == self._namespace}

    @contextmanager
    def forbid(self) -> Iterator[None]:
        """Take the right to write; the cluster then says all that it was sent."""
        with self._cluster.only("get"):
            yield

    def _place(self, credential: Credential) -> tuple[str, str]:
        return self._namespace, f"smtp-{credential.recipient.name}"


class Manifests:
    """Files `secrets/NAME.yaml` in a project of their own, each of which the published schema takes."""

    kind = "kubernetes"
    readable: Readable = "content"
    secrets: tuple[str, ...] = ()
    by_label: Mapping[str, Any] | None = {"manifest": "secrets/{labels.team}/{name}.yaml"}

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, **options: Any) -> Sink:
        common = {"secret": "smtp-{name}", "manifest": "secrets/{name}.yaml", "plaintext": True}
        return open_sink(self.kind, {**common, **options}, Site(self._folder, {}, Scrubber()))

    def stored(self, credential: Credential) -> dict[str, str] | None:
        path = self._path(credential)
        if not path.exists():
            return None
        assert path.stat().st_mode & 0o777 == 0o600
        manifest = yaml.safe_load(path.read_text())
        kubernetes_validate.validate(manifest, SCHEMA, strict=True)
        return {key: base64.b64decode(value).decode() for key, value in manifest["data"].items()}

    def spoil(self, credential: Credential) -> None:
        path = self._path(credential)
        path.write_text(path.read_text().replace('SMTP_PASSWORD": "', 'SMTP_PASSWORD": "AAAA'))

    def remove(self, credential: Credential) -> None:
        self._path(credential).unlink()

    def inventory(self) -> set[str]:
        return {str(path.relative_to(self._folder)) for path in self._folder.rglob("*")}

    @contextmanager
    def forbid(self) -> Iterator[None]:
        """Put a file where the folder has to be: even root cannot write a file into that."""
        folder, aside = self._folder / "secrets", self._folder / "aside"
        if folder.exists():
            folder.rename(aside)
        folder.write_text("in the way")
        yield
        folder.unlink()
        if aside.exists():
            aside.rename(folder)

    def _path(self, credential: Credential) -> Path:
        return self._folder / "secrets" / f"{credential.recipient.name}.yaml"


def need_kubectl() -> None:
    """Skip the test if `kubectl` is missing, but not in CI."""
    if shutil.which("kubectl") is None:
        assert "CI" not in os.environ, "kubectl has to be installed: without it nothing is shown of `via: kubectl`"
        pytest.skip("kubectl is not installed")


@contextmanager
def by_client(server: Path) -> Iterator[Opener]:
    """Yield what makes namespaces in one cluster."""
    numbers = count(1)
    with serving(server) as cluster:
        yield lambda folder: Kubernetes(cluster, "client", next(numbers), folder)


@contextmanager
def by_kubectl(server: Path) -> Iterator[Opener]:
    """Yield what makes namespaces in one cluster that the real program is used with."""
    need_kubectl()
    numbers = count(1)
    with serving(server) as cluster:
        yield lambda folder: Kubernetes(cluster, "kubectl", next(numbers), folder)


@contextmanager
def in_files(server: Path) -> Iterator[Opener]:
    """Yield at once: nothing has to run for files."""
    yield Manifests
