"""Every backend by its name. Each is imported when it is used: some bring heavy libraries."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import InputError
from sarv_sync.model.backends import GROUP

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sarv_sync.state.interface import Site, Store

    Opener = Callable[[Mapping[str, Any], Site], Store]

BACKENDS: dict[str, str] = {
    "local": "sarv_sync.state.local:open_local",
    "git": "sarv_sync.state.git.backend:open_git",
    "s3": "sarv_sync.state.s3.backend:open_s3",
    "postgres": "sarv_sync.state.postgres.backend:open_postgres",
    "http": "sarv_sync.state.http.backend:open_http",
}


def open_backend(backend: str, options: Mapping[str, Any], site: Site) -> Store:
    """Return the place that `options` name. Nothing is read or written yet.

    Raises `InputError` for a backend that is not there, or options that it cannot use.
    """
    return _opener(backend)(options, site)


def _opener(backend: str) -> Opener:
    if backend in BACKENDS:
        module, _, name = BACKENDS[backend].partition(":")
        opener: Opener = getattr(import_module(module), name)
        return opener
    from importlib.metadata import entry_points

    for point in entry_points(group=GROUP, name=backend):
        found: Opener = point.load()
        return found
    known = ", ".join(BACKENDS)
    raise InputError(f"there is no state backend {backend}", f"use one of {known}, or install the package it is in")
