"""Paths of files below the main file's folder: whose is which, and where none may lead."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from sarv_sync.errors import InputError
from sarv_sync.model.visible import printable
from sarv_sync.sinks.addressing import Address

if TYPE_CHECKING:
    from sarv_sync.model.sink import Recipient


class FilePath:
    """The template of a path, relative to the main file's folder."""

    def __init__(self, option: str, text: str) -> None:
        """Parse `text`, which was set for `option`. Raises `InputError` if it leads elsewhere."""
        self._option = option
        self._path = Address(option, _relative(option, text))

    def of(self, recipient: Recipient) -> str:
        """Return the path of `recipient`, in its shortest spelling. Raises `InputError`; see `Address.of`."""
        path = self._path.of(recipient)
        _refuse_git(self._option, path)  # `.{name}` leads there for a user `git`
        return path

    def place(self, recipient: Recipient) -> str:
        """Return the same in one line, for `occupies`: alike for every kind of sink that writes files."""
        return f"file {self.of(recipient)}"


def _relative(option: str, text: str) -> str:
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts:
        raise InputError(f"`{option}` leads out of the project", "give a path below the main file's folder")
    if not path.parts or text.endswith("/") or printable(text) != text:
        raise InputError(f"`{option}` is not the path of a file", "give one such as `secrets/{name}.env`")
    _refuse_git(option, str(path))
    return str(path)


def _refuse_git(option: str, path: str) -> None:
    if any(part.lower() == ".git" for part in PurePosixPath(path).parts):
        raise InputError(f"`{option}` leads into git's own folder: {path}", "choose a folder of its own")
