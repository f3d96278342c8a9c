"""From the files to a `Configuration`, or to everything that is wrong with them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.config import settings
from sarv_sync.config.beside import read_all
from sarv_sync.config.disk import decoded, display, open_file
from sarv_sync.config.includes import included_paths
from sarv_sync.config.layers import Layers
from sarv_sync.config.names import check_names, entries
from sarv_sync.config.nodes import BROKEN
from sarv_sync.config.reader import read
from sarv_sync.config.sink_users import check_rotation, check_sink_users
from sarv_sync.config.sinks_section import check_sinks
from sarv_sync.config.source_file import SourceFile
from sarv_sync.config.state_section import check_state, state_settings
from sarv_sync.config.structure import check
from sarv_sync.config.users import UserResolver
from sarv_sync.errors import Fault, InputError
from sarv_sync.model.backends import DOCUMENTS
from sarv_sync.model.collector import paused
from sarv_sync.model.configuration import Configuration, RemovedEntry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sarv_sync.config.names import Entries, Opened
    from sarv_sync.config.nodes import Map
    from sarv_sync.config.sinks_section import WrittenSink
    from sarv_sync.model.users import DesiredUser


def load(path: str, cwd: Path, instead: Mapping[Path, bytes] | None = None) -> Configuration:
    """Return what the main file at `path` (as the user typed it, relative to `cwd`) and its included files say.

    A file in `instead`, by its absolute path, is taken to hold that instead of what it does.
    Raises `InputError` with every fault of every file: the main file first, then the included ones sorted by path,
    each from top to bottom. Positions name files relative to `cwd` if they are inside it, else absolutely.
    """
    with paused():
        return _Loading(Path(os.path.normpath(cwd / path)), cwd, instead or {}).run()


class _Loading:
    """One run. `_parts` are the files read so far, in the order of their faults: a Fault for one with no text."""

    def __init__(self, main: Path, cwd: Path, instead: Mapping[Path, bytes]) -> None:
        self._main = main
        self._cwd = cwd
        self._instead = instead
        self._parts: list[SourceFile | Fault] = []
        self._paths: list[Path] = []

    def run(self) -> Configuration:
        file = self._open(self._main)
        opened = None if file is None else check(file, read(file), "main")
        if opened is None:
            raise self._failure()
        main, data = opened.file, opened.data
        files = [opened, *self._included(main, data)]
        settings.check_account(main, data)
        check_state(main, data)
        sinks = check_sinks(main, data)
        users, removed = entries(files, "users"), entries(files, "removed")
        check_names(users, removed)
        resolved = self._resolve(main, data, users, sinks)
        gone = _removed(removed)
        if any(isinstance(part, Fault) or not part.clean for part in self._parts):
            raise self._failure()
        settings.warn_of_budgets(main, data, resolved.values())
        told = tuple(sink.settings for sink in sinks)
        return replace(self._configuration(main, data), sinks=told, users=resolved, removed=gone)

    def _open(self, path: Path) -> SourceFile | None:
        """Return the text of a file, None if it has none that can be read."""
        self._paths.append(path)
        name = display(path, self._cwd)
        given = self._instead.get(path)
        file = open_file(path, name) if given is None else decoded(given, name)
        self._parts.append(file)
        return None if isinstance(file, Fault) or not file.clean else file

    def _included(self, main: SourceFile, data: Map) -> list[Opened]:
        files = [file for path in included_paths(main, data, self._main) if (file := self._open(path)) is not None]
        opened = (check(file, value, "included") for file, value in zip(files, read_all(files), strict=True))
        return [each for each in opened if each is not None]

    def _resolve(
        self, main: SourceFile, data: Map, users: Entries, sinks: tuple[WrittenSink, ...]
    ) -> dict[str, DesiredUser]:
        layers = Layers(main, data)
        resolved = UserResolver(main, layers).resolve_all(users)
        check_sink_users(main, sinks, resolved, users, self._reserved(main, data))
        check_rotation(main, layers, sinks, resolved.values(), users)
        return resolved

    def _reserved(self, main: SourceFile, data: Map) -> dict[str, str]:
        """Return the files that a password must not be written over, by their paths from the main file's folder."""
        state = state_settings(main, data)
        own = dict.fromkeys(self._paths, "an included file")
        own[self._main] = "the main file"
        if state.backend == "local":
            path = self._main.parent / str(state.options.get("path", DOCUMENTS["local"].default))
            own |= {path: "the file of the state", Path(f"{path}.lock"): "the lock of the state"}
        return {os.path.relpath(path, self._main.parent).replace(os.sep, "/"): what for path, what in own.items()}

    def _configuration(self, main: SourceFile, data: Map) -> Configuration:
        files = [part for part in self._parts if isinstance(part, SourceFile)]
        policy, left_alone = settings.unmanaged(data)
        return Configuration(
            file=main.name,
            directory=str(self._main.parent),
            files=tuple(file.name for file in files),
            account=settings.account_settings(main, data),
            state=state_settings(main, data),
            unmanaged=policy,
            unmanaged_except=left_alone,
            on_removal=settings.choice(data, "on_removal", "disable"),
            recycle_after=settings.recycle_after(data),
            guards=settings.guards(main, data),
            budgets=settings.budgets(main, data),
            required_labels=settings.required_labels(main, data),
            snapshot=settings.snapshot(data),
            warnings=tuple(warning for file in files for warning in file.warnings()),
        )

    def _failure(self) -> InputError:
        faults: list[Fault] = []
        for part in self._parts:
            faults.extend((part,) if isinstance(part, Fault) else part.errors())
        return InputError.of(tuple(faults))


def _removed(entries_: Entries) -> dict[str, RemovedEntry]:
    return {
        name: RemovedEntry(name, entry.value, entry.file.source(entry.at))
        for name, entry in entries_.items()
        if entry.value is not BROKEN
    }
