"""Entries as YAML text that a person might have written, whatever words the account has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sarv_sync.model.export import Values
from sarv_sync.model.users import NO_POLICY
from sarv_sync.model.visible import is_visible

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sarv_sync.model.export import ExportedUser

_PLAIN = re.compile(
    r"[A-Za-z][A-Za-z0-9._-]*( [A-Za-z0-9][A-Za-z0-9._-]*)*"
    r"|(max|[0-9]+(\.[0-9]+)?[km]?)-(max|[0-9]+(\.[0-9]+)?[km]?)"
    r"|[0-9]+(\.[0-9]+)?(ms|[smhd])"
)
"""Words of letters, amounts such as `1m-10k`, and times: no reader of YAML takes one for anything but text."""
_TAKEN = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
"""Words that some YAML reader does not take for text."""
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def block_entry(user: ExportedUser, defaults: Mapping[str, Any], indent: int, step: int) -> list[str]:
    """Return the lines of an entry whose name stands in column `indent` and its keys `step` further in."""
    inner, pairs = " " * (indent + step), pairs_of(user, defaults).items()
    return [f"{' ' * indent}{word(user.name)}:", *(f"{inner}{key}: {inline(value)}" for key, value in pairs)]


def flow_entry(user: ExportedUser, defaults: Mapping[str, Any], *, json: bool = False) -> str:
    """Return an entry on one line, its indentation left out; with `json`, such as JSON has it."""
    name = quoted(user.name) if json else word(user.name)
    return f"{name}: {inline(pairs_of(user, defaults), json=json)}"


def pairs_of(user: ExportedUser, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the entry of `user` says, but for what its profile or `defaults` say already."""
    profile, remarks = user.profile, user.remarks
    below = {**defaults, **({} if profile is None else profile.values.said())}
    values = Values(
        user.limit("total_limit"), user.limit("hourly_limit"), user.settings.status, user.ignored() or None
    )
    beyond = {key: value for key, value in values.said().items() if below.get(key) != value}
    if below.get("status", "Enable") == user.settings.status:
        beyond.pop("status", None)
    return {
        "smtp_user_name": user.smtp_user_name,
        **_turns(user, defaults),
        **({} if profile is None else {"profile": profile.name}),
        **beyond,
        **({} if remarks.description is None else {"description": remarks.description}),
        **({"labels": dict(remarks.labels)} if remarks.labels else {}),
    }


def _turns(user: ExportedUser, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the entry says of its password."""
    policy = user.remarks.password
    found: dict[str, Any] = {}
    if user.alternates() and defaults.get("rotation") != "alternate":
        found["rotation"] = "alternate"
    if user.alternate is not None:
        found["alternate_smtp_user_name"] = user.alternate
    if user.alternates() and policy.grace != NO_POLICY.grace:
        found["grace"] = duration(policy.grace)
    if policy.every is not None:
        found["rotate"] = {"every": duration(policy.every)}
    if policy.version != 1:
        found["password_version"] = policy.version
    return found


def duration(seconds: float) -> str:
    """Return a time as a file has it, in the largest unit of which it is a whole number: `90d`."""
    for unit, length in (("d", 86400.0), ("h", 3600.0), ("m", 60.0), ("s", 1.0)):
        if seconds >= length and seconds % length == 0:
            return f"{seconds / length:.0f}{unit}"
    return f"{seconds * 1000:.9f}".rstrip("0").rstrip(".") + "ms"


def word(text: str) -> str:
    """Return `text` as a scalar: plain where every reader of YAML takes it for this text, else quoted."""
    return text if _PLAIN.fullmatch(text) and text.lower() not in _TAKEN else quoted(text)


def inline(value: Any, *, json: bool = False) -> str:
    """Return any value on one line, as it may stand wherever a value may; with `json`, such as JSON has it."""
    write = quoted if json else word
    match value:
        case str():
            return write(value)
        case dict():
            return "{" + ", ".join(f"{write(key)}: {inline(item, json=json)}" for key, item in value.items()) + "}"
        case list():
            return f"[{', '.join(inline(item, json=json) for item in value)}]"
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case _:
            return str(value)


def quoted(text: str) -> str:
    """Return `text` in double quotes. No character in them can do anything to a terminal or a CI system."""
    inside = "".join(map(_escaped, text))
    return '"' + inside.replace("##[", r"#\u0023[") + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if is_visible(character):
        return character
    if character in _SHORT:
        return _SHORT[character]
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
