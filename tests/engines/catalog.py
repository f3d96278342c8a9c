"""Every engine that a place for the state is tested against, by a name, and how to have one running."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from sarv_sync.state.catalog import open_backend
from sarv_sync.state.interface import Site

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sarv_sync.state.interface import Store
    from tests.engines.interface import Access, Engine

ENGINES: dict[str, str] = {
    "git": "tests.engines.git:running",
    "git_http": "tests.engines.git:running_http",
    "gitlab": "tests.engines.http:running_gitlab",
    "http": "tests.engines.http:running",
    "local": "tests.engines.local:running",
    "pgbouncer": "tests.engines.postgres:running_pgbouncer",
    "postgres": "tests.engines.postgres:running",
    "s3": "tests.engines.s3:running",
}
REMOTE = sorted(ENGINES.keys() - {"local"})


class Running:
    """The engines that were asked for so far; each is started once, and all end together."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._running: dict[str, Engine] = {}

    def __getitem__(self, kind: str) -> Engine:
        if kind not in self._running:
            module, _, name = ENGINES[kind].partition(":")
            folder = self._folder / kind
            folder.mkdir()
            start = getattr(import_module(module), name)
            self._running[kind] = self._stack.enter_context(start(folder))
        return self._running[kind]


@contextmanager
def engines(folder: Path) -> Iterator[Running]:
    """Yield engines that keep their data under `folder`, until the end of the context."""
    with ExitStack() as stack:
        yield Running(folder, stack)


def open_store(access: Access, folder: Path, environment: Mapping[str, str] | None = None) -> Store:
    """Return the store at the end of `access`. What it needs has to be in the environment."""
    options = dict(access.settings)
    return open_backend(options.pop("backend"), options, Site(folder, environment or os.environ))
