"""What is set for a sink: its templates, and that no password is among it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.config.nodes import BROKEN, Map, Seq
from sarv_sync.config.settings import choice, section
from sarv_sync.config.wording import nearest, shown
from sarv_sync.model.backends import holds_secret, names_secret
from sarv_sync.model.sinks import ADDRESS_FIELDS, OPTIONS
from sarv_sync.model.template import BadTemplate, Template, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sarv_sync.config.source_file import SourceFile

OUTSIDE_HINT = (
    "take it out: passwords and tokens come from the environment (docs/credentials.md says which variables)"
)

_EXAMPLES = {
    ("dotenv", "path"): '"secrets/{name}.env"',
    ("command", "command"): "[./deliver.sh]",
    ("vault", "path"): '"mail/{name}"',
    ("aws-secrets-manager", "secret"): '"mail/{name}"',
    ("kubernetes", "secret"): '"smtp-{name}"',
    ("age", "path"): '"secrets/{name}.age"',
    ("age", "recipients"): "[age1…]",
}

_FILES = {("dotenv", "path"), ("age", "path"), ("kubernetes", "manifest")}
"""The settings that are paths of files."""


def example(kind: str, key: str) -> str:
    """Return what could be written for `key`, which a sink of this kind cannot do without."""
    return _EXAMPLES[kind, key]


def check(file: SourceFile, entry: Map, kind: str) -> None:
    """Report what is wrong with the values of `entry`, a sink of a kind that there is, `keys` apart."""
    _check_secrets(file, entry)
    for key, option in OPTIONS.get(kind, {}).items():
        value = choice(entry, key, None)
        if option == "template" and value is not None:
            template(file, entry.value_at(key), value, ADDRESS_FIELDS)
            if (kind, key) in _FILES and _leads_outside(value):
                message = f"`{key}` leads out of this file's folder"
                file.error(entry.value_at(key), message, "write a path below it, without `..`")
        elif option == "texts" and value is not None and not value:
            file.error(entry.value_at(key), f"`{key}` is empty", f"write a list such as `{example(kind, key)}`")


def _leads_outside(path: str) -> bool:
    return path.startswith("/") or ".." in path.split("/")


def template(
    file: SourceFile, at: int, text: str, known: tuple[str, ...], *, private: bool = False
) -> Template | None:
    """Return the template `text`, which stands at offset `at`; None if it is none, which is recorded.

    A `private` one may be a password with a brace in it: what it says is not repeated.
    """
    try:
        return parse(text, known)
    except BadTemplate as fault:
        message, field = str(fault), fault.field
    close = nearest(field, known) if field else None
    if private and field and not close:
        message = f"it asks for a field that there is none of; {message.rpartition('; ')[2]}"
    message, _, hint = message.rpartition("; ")
    file.error(
        at, f"this is no template: {message}", f"did you mean `{{{close}}}`?" if close else hint, hidden=private
    )
    return None


def _check_secrets(file: SourceFile, entry: Map) -> None:
    """Report what looks like a password or token. What `keys` holds is looked at apart: it is about passwords."""
    own = {key for options in OPTIONS.values() for key in options}
    for part in (entry, section(entry, "options")):
        for key, at, value in _texts(part):
            named = part is not entry and key not in own and names_secret(key)
            if named or holds_secret(value) or _is_private_key(value):
                message = f"`{shown(key)}` holds a password or token, or a place for one"
                file.error(at, message, OUTSIDE_HINT, hidden=True)


def _is_private_key(value: object) -> bool:
    return isinstance(value, str) and ("AGE-SECRET-KEY-" in value.upper() or "PRIVATE KEY-----" in value)


def _texts(part: Map) -> Iterator[tuple[str, int, Any]]:
    for key, value in part.items():
        if isinstance(value, Seq):
            yield from ((key, at, item) for at, item in zip(value.marks, value, strict=True))
        elif value is not BROKEN and not isinstance(value, Map):
            yield key, part.value_at(key), value
