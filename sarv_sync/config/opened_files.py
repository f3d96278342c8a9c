"""The files of a configuration, each read once: what is made of them later is made of the same bytes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.config.disk import decoded, display
from sarv_sync.config.includes import included_paths
from sarv_sync.config.load import load
from sarv_sync.config.reader import read
from sarv_sync.config.replacing_files import real_path
from sarv_sync.config.structure import check
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.model.configuration import Configuration


@dataclass(frozen=True, slots=True)
class OpenedFiles:
    """What the files say, and what they hold, by absolute path, the main file first."""

    configuration: Configuration
    contents: dict[Path, bytes]


def open_files(path: str, cwd: Path) -> OpenedFiles:
    """Read the main file at `path` (as the user typed it, relative to `cwd`) and those it includes.

    Raises `InputError` with what is wrong with them, and `Refused` if the main file is a link out of its folder.
    """
    main = Path(os.path.normpath(cwd / path))
    real_path(main, display(main, cwd))
    contents: dict[Path, bytes] = {}
    try:
        contents[main] = main.read_bytes()
        for included in _included(main, contents[main]):
            contents[included] = included.read_bytes()
    except OSError:
        load(path, cwd, contents)  # it says what is wrong, and where
        raise
    return OpenedFiles(load(path, cwd, contents), contents)


def _included(main: Path, content: bytes) -> list[Path]:
    """Return the files that a main file with this `content` includes, as far as it can be read."""
    file = decoded(content, "")
    opened = check(file, read(file), "main") if file.clean else None
    return included_paths(file, opened.data, main) if opened is not None else []
