"""The `state:` section: which backend, and what it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.config.nodes import BROKEN, Map, plain
from sarv_sync.config.settings import choice, section
from sarv_sync.config.wording import listed, nearest, shown
from sarv_sync.model.backends import ENVIRONMENT_HINT, OPTIONS, holds_secret, installed_backends, names_secret
from sarv_sync.model.configuration import StateSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sarv_sync.config.source_file import SourceFile

_APART = {"backend", "options"}


def check_state(file: SourceFile, data: Map) -> None:
    """Report, where it stands, a backend that is not there, a key that is another backend's, and a password.

    What a backend cannot do without may still come from a flag, so that it is missing is no fault yet.
    """
    state = section(data, "state")
    backend = _backend(state)
    if _check_backend(file, state, backend):
        _check_keys(file, state, backend)
    for part, key, value in _settings(state):
        if holds_secret(value) or (part is not state and names_secret(key)):
            message = f"`{shown(key)}` holds a password or token, or a place for one"
            file.error(part.value_at(key), message, ENVIRONMENT_HINT, hidden=True)


def own_keys(state: Map) -> list[str]:
    """Return what can be written under `state:`, given the backend that it names."""
    backend = _backend(state)
    return sorted(("backend", *OPTIONS.get(backend, ("options",))))


def state_settings(file: SourceFile, data: Map) -> StateSettings:
    """Return the `state:` section."""
    state = section(data, "state")
    backend = _backend(state)
    own = state if backend in OPTIONS else section(state, "options")
    options = {key: plain(value) for key, value in own.items() if key not in _APART and value is not None}
    sources = {key: file.source(own.value_at(key)) for key in options}
    if isinstance(data.get("state"), Map):
        sources["state"] = file.source(data.key_at("state"))
    return StateSettings(backend, options, sources)


def _backend(state: Map) -> str:
    """Return the backend that is named, the default if none is, or none that could be one."""
    backend = choice(state, "backend", None)
    return backend if isinstance(backend, str) else StateSettings().backend


def _check_backend(file: SourceFile, state: Map, backend: str) -> bool:
    if backend in OPTIONS or backend in (known := (*OPTIONS, *installed_backends())):
        return True
    close = nearest(backend, known)
    hint = f"did you mean `{close}`?" if close else f"the backends are {listed(known)}"
    file.error(state.value_at("backend"), f"there is no state backend `{shown(backend)}`", hint)
    return False


def _check_keys(file: SourceFile, state: Map, backend: str) -> None:
    """Report every key that says nothing to `backend`: whoever wrote it expects it to count."""
    own = OPTIONS.get(backend, {"options": "text"})
    for key in state.keys() - _APART - own.keys():
        whose = [other for other, options in OPTIONS.items() if key in options]
        hint = f"it is a key of {listed(whose)}; {listed([backend])} takes {listed(own)}"
        file.error(state.key_at(key), f"`{key}` is no key of the state backend `{shown(backend)}`", hint)
    if backend in OPTIONS and choice(state, "options", None):
        hint = "write its keys beside `backend`; `options` is for backends of other packages"
        file.error(state.key_at("options"), f"`options` is no key of the state backend `{backend}`", hint)


def _settings(state: Map) -> Iterator[tuple[Map, str, Any]]:
    for part in (state, section(state, "options")):
        for key, value in part.items():
            if value is not BROKEN:
                yield part, key, value
