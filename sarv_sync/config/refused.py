"""Where in the files the reason for a refusal stands, as errors show it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.config.disk import open_file
from sarv_sync.config.source_file import SourceFile
from sarv_sync.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Refusal
    from sarv_sync.model.users import Source


def faults_of(refusals: Iterable[Refusal], configuration: Configuration) -> tuple[Fault, ...]:
    """Return `refusals` as errors: the file named as the user would type it, with the line that is to blame.

    A plan names files from the main file's folder on.
    """
    folder = configuration.file.rpartition("/")[0]
    lines = _Lines(configuration.directory)
    faults = []
    for refusal in refusals:
        place = refusal.source
        if place is None:
            faults.append(Fault(refusal.message, refusal.hint))
            continue
        name = f"{folder}/{place.file}" if folder else place.file
        faults.append(Fault(refusal.message, refusal.hint, name, place.line, place.column, lines.at(place)))
    return tuple(faults)


class _Lines:
    """The lines of the files in a folder. A file that can no longer be read has none."""

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._files: dict[str, SourceFile | Fault] = {}

    def at(self, place: Source) -> str | None:
        file = self._files.get(place.file)
        if file is None:
            file = self._files[place.file] = open_file(Path(self._directory, place.file), place.file)
        return file.excerpt(place) if isinstance(file, SourceFile) else None
