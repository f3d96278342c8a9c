"""Passwords in dotenv files on this machine, one file for each user and for nothing else.

A delivery replaces the whole file: 0600, in folders that are 0700 if they are made for it. Lines that somebody added
are lost, so a file of one's own should include this one, or be another. One that is there already stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.sinks.contents import Contents
from sarv_sync.sinks.dotenv_text import HEADER, check_keys, dotenv, entries
from sarv_sync.sinks.file_path import FilePath
from sarv_sync.sinks.files import Files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sarv_sync.model.sink import Credential, Recipient, Sight
    from sarv_sync.sinks.site import Site


def open_dotenv(options: Mapping[str, Any], site: Site) -> DotenvSink:
    """Return the sink for files at `path`, relative to the main file's folder. Raises `InputError`."""
    contents = Contents(options.get("keys"))
    check_keys(contents.names)
    return DotenvSink(FilePath("path", options["path"]), contents, Files(site.directory, mark=HEADER.encode()))


class DotenvSink:
    """Files at the paths that `path` gives, each with what `contents` gives."""

    def __init__(self, path: FilePath, contents: Contents, files: Files) -> None:
        self._path = path
        self._contents = contents
        self._files = files

    def address(self, recipient: Recipient) -> str:
        """Return the kind and the path."""
        return f"dotenv {self._path.of(recipient)}"

    def occupies(self, recipient: Recipient) -> tuple[str, ...]:
        """Return the file, which any kind of sink that writes files could be given."""
        return (self._path.place(recipient),)

    def ready(self) -> None:
        """Nothing is needed."""

    def check(self, recipients: Sequence[Recipient]) -> None:
        """Make and delete a file where each would be, or where its folder would be."""
        for recipient in recipients:
            self._files.check(self._path.of(recipient))

    def deliver(self, credential: Credential) -> None:
        """Replace the file."""
        self._files.write(self._path.of(credential.recipient), dotenv(self._contents.of(credential)))

    def read_back(self, credentials: Sequence[Credential]) -> Mapping[str, Sight]:
        """Hold each file against what it should say. Comments do not count."""
        return {self.address(one.recipient): self._sight(one) for one in credentials}

    def _sight(self, credential: Credential) -> Sight:
        found = self._files.read(self._path.of(credential.recipient))
        if found is None:
            return "gone"
        right = entries(found) == entries(dotenv(self._contents.of(credential)))
        return "there" if right and self._files.ours(found) else "other"
