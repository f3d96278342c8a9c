"""The `keys:` of a sink: what is stored for a user, as templates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sarv_sync.config.nodes import BROKEN, Map
from sarv_sync.config.settings import choice, section
from sarv_sync.config.sink_values import template
from sarv_sync.config.wording import shown
from sarv_sync.model.backends import names_secret
from sarv_sync.model.sinks import KEY_FIELDS

if TYPE_CHECKING:
    from sarv_sync.config.source_file import SourceFile
    from sarv_sync.model.template import Template

_FIELD = "\0"
"""Stands for a field where the text around it is looked at."""

_LITERAL = re.compile(
    r"https?://[^/?#\s:@\0]+@|://[^/?#\s:@]*:[^/?#\s@\0]+@|password\s*=\s*[^\s&;\0]"
    r"|[?&;][^=&;\s]*(token|secret|passw|key|auth|credential|signature)[^=&;\s]*=[^\s&;\0]",
    re.IGNORECASE,
)
"""Where a password stands in a template that no field is."""

_VARIABLES = frozenset(("dotenv", "age"))
"""The sinks that write files of variables."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,253}")
_FIELD_HINT = "write the field `{password}` where the user's password belongs"


def check_contents(file: SourceFile, data: Map, entry: Map, kind: str) -> None:
    """Report what is wrong with the `keys` of `entry`, a sink of this kind."""
    if choice(entry, "keys", None) is None:
        return
    keys = section(entry, "keys")
    if not keys:
        file.error(entry.value_at("keys"), "`keys` is empty: nothing would be stored", "write keys, or drop `keys`")
        return
    found = [_check_value(file, data, keys, key) for key in keys if _check_key(file, keys, key, kind)]
    fields = {field for each in found if each is not None for field in each.fields}
    if None not in found and len(found) == len(keys) and not fields & {"password", "password_url"}:
        file.warning(entry.key_at("keys"), "no key holds the password, so it arrives nowhere", _FIELD_HINT)


def _check_key(file: SourceFile, keys: Map, key: str, kind: str) -> bool:
    fits = _VARIABLE if kind in _VARIABLES else _NAME
    if fits.fullmatch(key):
        return True
    plain = "use letters, digits and `_`, no digit first"
    hint = plain if kind in _VARIABLES else "use letters, digits, `_`, `.` and `-`"
    file.error(keys.key_at(key), f"`{shown(key)}` is no key that `{kind}` can store", hint)
    return False


def _check_value(file: SourceFile, data: Map, keys: Map, key: str) -> Template | None:
    if keys[key] is BROKEN:
        return None
    at = keys.value_at(key)
    found = template(file, at, keys[key], KEY_FIELDS, private=names_secret(key))
    if found is None:
        return None
    around = "".join(text + ("" if field is None else _FIELD) for text, field in found.parts)
    if _LITERAL.search(around) or (names_secret(key) and not found.fields):
        file.error(at, f"`{shown(key)}` holds a password or token of its own", _FIELD_HINT, hidden=True)
    smtp = section(section(data, "account"), "smtp")
    for field in sorted({"host", "port"} & found.fields):
        if smtp.get(field) is None:
            message = f"`{shown(key)}` asks for {{{field}}}, and `account.smtp.{field}` is not set"
            file.error(at, message, f"set `account.smtp.{field}`, or leave the field out")
    return found
