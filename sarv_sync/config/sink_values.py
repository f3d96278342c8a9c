"""What is set for one sink: its templates, and what one of its settings asks of another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sarv_sync.config.nodes import BROKEN, Map, Seq
from sarv_sync.config.settings import choice, section
from sarv_sync.config.wording import shown
from sarv_sync.model.backends import holds_secret, names_secret
from sarv_sync.model.sinks import ADDRESS_FIELDS, KEY_FIELDS, OPTIONS
from sarv_sync.model.template import BadTemplate, Template, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sarv_sync.config.source_file import SourceFile

OUTSIDE_HINT = (
    "take it out: passwords and tokens come from the environment (docs/credentials.md says which variables)"
)

_LITERAL = re.compile(
    r"https?://[^/?#\s:@]+@|://[^/?#\s:@]*:[^/?#\s@]+@|password\s*=\s*[^\s&;]"
    r"|[?&;][^=&;\s]*(token|secret|passw|key|auth|credential|signature)[^=&;\s]*=[^\s&;]",
    re.IGNORECASE,
)
"""Where a password stands in a text whose fields are left out."""

_ENVIRONMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEY_NAME = re.compile(r"[A-Za-z0-9._-]{1,253}")
_VARIABLES = {"dotenv", "github-actions"}
"""The sinks whose keys are names of variables."""

_EXAMPLES = {
    ("dotenv", "path"): '"secrets/{name}.env"',
    ("command", "command"): "[./deliver.sh]",
    ("vault", "path"): '"mail/{name}"',
    ("aws-secrets-manager", "secret"): '"mail/{name}"',
    ("kubernetes", "secret"): '"smtp-{name}"',
    ("age", "path"): '"secrets/{name}.age"',
    ("age", "recipients"): "[age1…]",
}


def example(kind: str, key: str) -> str:
    """Return what could be written for `key`, which a sink of this kind cannot do without."""
    return _EXAMPLES[kind, key]


def check(file: SourceFile, data: Map, entry: Map, kind: str) -> None:
    """Report what is wrong with the values of `entry`, a sink of a kind that there is."""
    _check_secrets(file, entry)
    for key, option in OPTIONS.get(kind, {}).items():
        value = choice(entry, key, None)
        if option == "template" and value is not None:
            _template(file, entry.value_at(key), value, ADDRESS_FIELDS)
        elif option == "texts" and value is not None and not value:
            file.error(entry.value_at(key), f"`{key}` is empty", f"write a list such as {_list(kind, key)}")
        elif option == "templates" and value is not None:
            _check_contents(file, data, entry, kind)
    _check_needs(file, data, entry)


def _list(kind: str, key: str) -> str:
    return f"`{example(kind, key)}`"


def _template(file: SourceFile, at: int, text: str, known: tuple[str, ...]) -> Template | None:
    try:
        return parse(text, known)
    except BadTemplate as fault:
        message, _, hint = str(fault).partition("; ")
    file.error(at, f"in this template, {message}", hint)
    return None


def _check_secrets(file: SourceFile, entry: Map) -> None:
    """Report what looks like a password or token. What `keys` holds is looked at apart: it is about passwords."""
    own = {key for options in OPTIONS.values() for key in options}
    for part in (entry, section(entry, "options")):
        for key, at, value in _texts(part):
            if holds_secret(value) or (part is not entry and key not in own and names_secret(key)):
                message = f"`{shown(key)}` holds a password or token, or a place for one"
                file.error(at, message, OUTSIDE_HINT, hidden=True)


def _texts(part: Map) -> Iterator[tuple[str, int, Any]]:
    for key, value in part.items():
        if isinstance(value, Seq):
            yield from ((key, at, item) for at, item in zip(value.marks, value, strict=True))
        elif value is not BROKEN and not isinstance(value, Map):
            yield key, part.value_at(key), value


def _check_contents(file: SourceFile, data: Map, entry: Map, kind: str) -> None:
    keys = section(entry, "keys")
    if not keys:
        file.error(entry.value_at("keys"), "`keys` is empty: nothing would be stored", "write keys, or drop `keys`")
    name = _ENVIRONMENT_NAME if kind in _VARIABLES else _KEY_NAME
    for key, value in keys.items():
        if not name.fullmatch(key):
            letters = "letters, digits and `_`" + ("" if kind in _VARIABLES else ", `.` and `-`")
            file.error(keys.key_at(key), f"`{shown(key)}` is no key that `{kind}` can store", f"use {letters}")
        if value is not BROKEN:
            _check_value(file, data, key, value, keys.value_at(key))


def _check_value(file: SourceFile, data: Map, key: str, value: str, at: int) -> None:
    template = _template(file, at, value, KEY_FIELDS)
    if template is None:
        return
    literal = "".join(text for text, _ in template.parts)
    if _LITERAL.search(literal) or (names_secret(key) and not template.fields):
        message = f"`{shown(key)}` holds a password or token of its own"
        file.error(at, message, "write the field `{password}` where the user's password belongs", hidden=True)
    smtp = section(section(data, "account"), "smtp")
    for field in sorted({"host", "port"} & template.fields):
        if smtp.get(field) is None:
            message = f"`{shown(key)}` asks for {{{field}}}, and `account.smtp.{field}` is not set"
            file.error(at, message, f"set `account.smtp.{field}`, or leave the field out")


def _check_needs(file: SourceFile, data: Map, entry: Map) -> None:
    """Report a setting that means nothing, or something dangerous, without another."""
    if choice(entry, "verify", None) is not None and section(section(data, "account"), "smtp").get("host") is None:
        message = "`verify: smtp` needs a server to log in at, and `account.smtp.host` is not set"
        file.error(entry.key_at("verify"), message, "set `account.smtp.host`, or drop `verify`")
    if choice(entry, "sink", None) == "kubernetes":
        _check_manifest(file, entry)
    if choice(entry, "sink", None) == "github-actions":
        _check_github(file, entry)


def _check_manifest(file: SourceFile, entry: Map) -> None:
    if choice(entry, "manifest", None) is not None and entry.get("plaintext") not in {True, BROKEN}:
        message = "a `manifest` holds the password for everyone who can read the file"
        file.error(
            entry.key_at("manifest"), message, "add `plaintext: true` if that is meant, and keep it out of git"
        )


def _check_github(file: SourceFile, entry: Map) -> None:
    organization = entry.get("organization") is not None
    if organization and entry.get("environment") is not None:
        message = "an `organization` has no environments"
        file.error(entry.key_at("environment"), message, "drop `environment`, or `organization`")
    if entry.get("visibility") is not None and not organization:
        message = "`visibility` is of the secrets of an `organization`, and none is named"
        file.error(entry.key_at("visibility"), message, "name the `organization`, or drop `visibility`")
