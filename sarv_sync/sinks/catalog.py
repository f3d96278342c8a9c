"""Every sink by its name. Each is imported when it is used: some bring heavy libraries."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import InputError
from sarv_sync.model.sinks import GROUP

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sarv_sync.model.sink import Sink
    from sarv_sync.sinks.site import Site

    Opener = Callable[[Mapping[str, Any], Site], Sink]

SINKS: dict[str, str] = {
    "dotenv": "sarv_sync.sinks.dotenv:open_dotenv",
    "command": "sarv_sync.sinks.command:open_command",
    "github-actions": "sarv_sync.sinks.github_actions:open_github_actions",
    "vault": "sarv_sync.sinks.vault:open_vault",
    "aws-secrets-manager": "sarv_sync.sinks.aws:open_aws",
    "kubernetes": "sarv_sync.sinks.kubernetes:open_kubernetes",
    "age": "sarv_sync.sinks.age:open_age",
}


def open_sink(kind: str, options: Mapping[str, Any], site: Site) -> Sink:
    """Return the sink that `options` describe. Nothing is read, written or called yet.

    Raises `InputError` for a sink that is not there, or options that it cannot use.
    """
    return _opener(kind)(options, site)


def _opener(kind: str) -> Opener:
    if kind in SINKS:
        module, _, name = SINKS[kind].partition(":")
        opener: Opener = getattr(import_module(module), name)
        return opener
    from importlib.metadata import entry_points

    for point in entry_points(group=GROUP, name=kind):
        found: Opener = point.load()
        return found
    known = ", ".join(SINKS)
    raise InputError(f"there is no sink {kind}", f"use one of {known}, or install the package it is in")
