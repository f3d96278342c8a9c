"""`--state-option KEY=VALUE`: what a workflow adds to the `state:` section of a file, or sets in its place."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sarv_sync.config.wording import listed, nearest, one_of, shown
from sarv_sync.errors import InputError
from sarv_sync.model.backends import (
    ENVIRONMENT_HINT,
    OPTIONS,
    REQUIRED,
    holds_secret,
    installed_backends,
    names_secret,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sarv_sync.model.backends import OptionKind
    from sarv_sync.model.configuration import StateSettings

_LONGEST_COUNT = 7
_PLAIN = re.compile(r"[A-Za-z_/.][A-Za-z0-9_./~@+-]*(:[A-Za-z0-9_/.~@+-]+)*")
_WORDS = {"true", "false", "null", "True", "False", "Null", "TRUE", "FALSE", "NULL", "~"}
"""What YAML would take for something else than a text, though it looks like one."""


def with_options(settings: StateSettings, given: Sequence[str], flag: str = "--state-option") -> StateSettings:
    """Return `settings` with what `flag` was given, each as `KEY=VALUE`; the last of two wins. Raises `InputError`.

    Naming the backend begins anew, even if it is the file's: a workflow that names the place must not have it led
    elsewhere, with the passwords it was given, by a pull request that adds a key to the file.
    """
    if not given:
        return settings
    pairs = [_parted(text, flag) for text in given]
    backend = dict(pairs).get("backend", settings.backend)
    if backend not in OPTIONS and backend not in (known := (*OPTIONS, *installed_backends())):
        raise InputError(f"{flag}: there is no state backend {shown(backend)}", f"use {one_of(known)}")
    if "backend" in dict(pairs):
        settings = replace(settings, backend=backend, options={}, sources={})
    own = {key: _value(backend, key, value, flag) for key, value in pairs if key != "backend"}
    left = {key: source for key, source in settings.sources.items() if key not in own}
    return replace(settings, options={**settings.options, **own}, sources=left)


def check_complete(settings: StateSettings, hint: str) -> None:
    """Raise `InputError` if something is missing that the backend cannot do without.

    `hint` says where to set it, with `{key}` where its name belongs.
    """
    for key in REQUIRED.get(settings.backend, ()):
        if key not in settings.options:
            raise InputError(f"the state backend {settings.backend} needs `{key}`", hint.format(key=key))


def located(error: InputError, settings: StateSettings) -> InputError:
    """Return `error`, which is about `settings`, with the place in the file of the key that it names."""
    source = settings.sources.get(_named(error.message, settings.sources))
    if source is None or error.faults[0].file is not None:
        return error
    fault = replace(error.faults[0], file=source.file, line=source.line, column=source.column)
    return InputError(error.message, error.hint, faults=(fault,))


def _named(message: str, keys: Iterable[str]) -> str:
    """Return which of `keys` the message is about: one that it spells as a key, else one whose word is in it."""
    words = set(re.findall(r"[a-z_]+", message))
    spelled = set(re.findall(r"state\.([a-z_]+)|`([a-z_]+)`", message))
    exact = {word for pair in spelled for word in pair}
    return next((key for found in (exact, words) for key in keys if key in found and key != "state"), "state")


def section_text(settings: StateSettings) -> str:
    """Return the `state:` section that stands for `settings`, as YAML on one line."""
    pairs: list[tuple[str, Any]] = [("backend", settings.backend)]
    if settings.backend in OPTIONS:
        pairs += settings.options.items()
    else:
        pairs += [("options", settings.options)] if settings.options else []
    return _flow(dict(pairs))


def _flow(value: Any) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{_flow(key)}: {_flow(entry)}" for key, entry in value.items()) + "}"
        case str() if _PLAIN.fullmatch(value) and value not in _WORDS:
            return value
        case _:
            return json.dumps(value)  # what JSON spells is YAML


def _parted(text: str, flag: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key or not value:
        shown_key = shown(key) if equals else "…"  # without a key, all of it may be a value
        raise InputError(f"{flag} {shown_key}: this is not KEY=VALUE", f"write it as in {flag} bucket=acme")
    return key, value


def _value(backend: str, key: str, value: str, flag: str) -> Any:
    if holds_secret(value) or names_secret(key):
        message = f"{flag} {shown(key)}: the value holds a password or token, or a place for one"
        raise InputError(message, ENVIRONMENT_HINT)
    if backend not in OPTIONS:
        return value
    if key not in OPTIONS[backend]:
        close = nearest(key, OPTIONS[backend])
        hint = f"did you mean {close}?" if close else f"its keys are {listed(OPTIONS[backend])}"
        raise InputError(f"{flag} {shown(key)}: this is no key of the backend {backend}", hint)
    return _typed(key, OPTIONS[backend][key], value, flag)


def _typed(key: str, kind: OptionKind, value: str, flag: str) -> str | int | bool:
    if kind == "flag":
        if value not in {"true", "false"}:
            raise InputError(f"{flag} {key}={shown(value)}: this is no truth value", "write true or false")
        return value == "true"
    if kind == "count":
        if not (value.isascii() and value.isdigit()) or len(value) > _LONGEST_COUNT or int(value) == 0:
            raise InputError(f"{flag} {key}={shown(value)}: this is no number from 1", f"write {key}=100")
        return int(value)
    return value
