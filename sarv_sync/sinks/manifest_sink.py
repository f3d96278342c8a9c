"""Passwords in files with the manifest of a Secret, for tools that seal them: kubeseal, SOPS and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.sinks.files import Files
from sarv_sync.sinks.manifest import HEADER, Manifest, encoded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sarv_sync.model.sink import Credential, Recipient, Sight
    from sarv_sync.sinks.contents import Contents
    from sarv_sync.sinks.file_path import FilePath
    from sarv_sync.sinks.manifest import Names


class ManifestSink:
    """Files below `root` at the paths that `path` gives, 0600, each with one Secret. No cluster is asked."""

    def __init__(self, path: FilePath, names: Names, contents: Contents, root: Path) -> None:
        self._path = path
        self._names = names
        self._contents = contents
        self._files = Files(root, mark=HEADER.encode())

    def address(self, recipient: Recipient) -> str:
        """Return the path. The name in the file has to be one that Kubernetes takes."""
        self._names.of(recipient)
        return f"kubernetes manifest {self._path.of(recipient)}"

    def occupies(self, recipient: Recipient) -> tuple[str, ...]:
        """Return the file, which any kind of sink that writes files could be given."""
        return (self._path.place(recipient),)

    def ready(self) -> None:
        """Nothing is needed."""

    def check(self, recipients: Sequence[Recipient]) -> None:
        """Make and delete a file where each would be."""
        for recipient in recipients:
            self._names.of(recipient)
            self._files.check(self._path.of(recipient))

    def deliver(self, credential: Credential) -> None:
        """Replace the file."""
        self._files.write(self._path.of(credential.recipient), self._text(credential))

    def read_back(self, credentials: Sequence[Credential]) -> Mapping[str, Sight]:
        """Hold each file against what it should say, to the byte."""
        return {self.address(one.recipient): self._sight(one) for one in credentials}

    def _text(self, credential: Credential) -> bytes:
        namespace, name = self._names.of(credential.recipient)
        return Manifest(name, namespace, encoded(self._contents.of(credential))).text().encode()

    def _sight(self, credential: Credential) -> Sight:
        found = self._files.read(self._path.of(credential.recipient))
        if found is None:
            return "gone"
        return "there" if found == self._text(credential) else "other"
