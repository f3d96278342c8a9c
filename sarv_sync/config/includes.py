"""Which files `include` names."""

from __future__ import annotations

import os
import stat
from glob import has_magic
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.config.nodes import BROKEN, Seq
from sarv_sync.config.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sarv_sync.config.nodes import Map
    from sarv_sync.config.source_file import SourceFile

_INSIDE = "keep included files in the folder of the main file"


def included_paths(file: SourceFile, data: Map, main: Path) -> list[Path]:
    """Return the files that the main file's `include` names, sorted, each once; record in `file` what is wrong.

    `main` is the absolute path of the main file.
    """
    patterns = data.get("include")
    if not isinstance(patterns, Seq):
        return []
    chosen: dict[str, Path] = {}
    for pattern, at in zip(patterns, patterns.marks, strict=True):
        if pattern is BROKEN:
            continue
        for path in _expand(file, pattern, at, main):
            chosen.setdefault(os.path.realpath(path), path)
    return sorted(chosen.values())


def _expand(file: SourceFile, pattern: str, at: int, main: Path) -> list[Path]:
    folder = main.parent
    if Path(pattern).is_absolute() or Path(os.path.normpath(pattern)).parts[:1] == (os.pardir,):
        file.error(at, f"`{shown(pattern)}` leads outside the folder of the main file", _INSIDE)
        return []
    if not has_magic(pattern):
        path = folder / pattern
        return [path] if _usable(file, path, at, main, literal=True) else []
    if any("**" in part and part != "**" for part in Path(pattern).parts):
        file.error(at, f"`**` must be a whole part of `{shown(pattern)}`", "write a pattern such as users/**/*.yaml")
        return []
    matches = list(_matches(folder, pattern))
    if not matches:
        file.warning(at, f"no file matches `{shown(pattern)}`", "check the pattern; it is relative to the main file")
    return [path for path in matches if _usable(file, path, at, main, literal=False)]


def _matches(folder: Path, pattern: str) -> Iterator[Path]:
    """Return what matches `pattern`, hidden files only where the pattern names them with a dot of its own."""
    hidden_wanted = any(_hidden(part) for part in Path(pattern).parts)
    for path in sorted(folder.glob(pattern)):
        hidden = any(_hidden(part) for part in path.relative_to(folder).parts)
        if (hidden_wanted or not hidden) and not (path.is_dir() and not path.is_symlink()):
            yield path


def _hidden(part: str) -> bool:
    return part.startswith(".") and part != os.pardir


def _usable(file: SourceFile, path: Path, at: int, main: Path, *, literal: bool) -> bool:
    """Whether `path` may be read as an included file; record why not."""
    name = shown(os.path.normpath(path.relative_to(main.parent)))
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        reason = "does not exist" if isinstance(error, FileNotFoundError) else "cannot be read"
        file.error(at, f"the file `{name}` {reason}", "check the name; it is relative to the main file")
        return False
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(os.path.realpath(main.parent)):
        file.error(at, f"`{name}` leads outside the folder of the main file", _INSIDE)
        return False
    if ".git" in real.relative_to(os.path.realpath(main.parent)).parts:
        file.error(at, f"`{name}` is one of git's own files", "name files, for example users/*.yaml")
        return False
    if real == Path(os.path.realpath(main)):
        if literal:
            file.error(at, "the main file includes itself", "remove this item")
        return False
    if not stat.S_ISREG(mode):
        if literal or not stat.S_ISDIR(mode):
            file.error(at, f"`{name}` is not a regular file", "name files, for example users/*.yaml")
        return False
    return True
