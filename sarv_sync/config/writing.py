"""Entries as YAML text that a person might have written, whatever words the account has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from sarv_sync.model.account import Account
    from sarv_sync.model.export import ExportedUser

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9._~:/-]*[A-Za-z0-9_~/-]")
_TAKEN = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
"""Words that some YAML reader does not take for text."""

Pairs = tuple[tuple[str, str], ...]


def account_text(account: Account, users: Sequence[ExportedUser]) -> str:
    """Return a whole file that has `users`, in their order."""
    endpoint = account.endpoint if _PLAIN_URL.fullmatch(account.endpoint) else quoted(account.endpoint)
    head = f"version: 1\naccount:\n  endpoint: {endpoint}\n  owner_id: {quoted(account.owner_id)}\n"
    if not users:
        return f"{head}users: {{}}\n"
    return f"{head}users:\n" + "".join(f"{line}\n" for user in users for line in block_entry(user, {}, 2, 2))


def block_entry(user: ExportedUser, defaults: Mapping[str, Any], indent: int, step: int) -> list[str]:
    """Return the lines of an entry whose name stands in column `indent` and its keys `step` further in."""
    inner = " " * (indent + step)
    return [f"{' ' * indent}{word(user.name)}:", *(f"{inner}{key}: {value}" for key, value in _pairs(user, defaults))]


def flow_entry(user: ExportedUser, defaults: Mapping[str, Any], *, json: bool = False) -> str:
    """Return an entry on one line, its indentation left out; with `json`, such as JSON has it."""
    write = quoted if json else word
    pairs = _pairs(user, defaults, json=json)
    inside = ", ".join(f"{quoted(key) if json else key}: {value}" for key, value in pairs)
    return f"{write(user.name)}: {{{inside}}}"


def _pairs(user: ExportedUser, defaults: Mapping[str, Any], *, json: bool = False) -> Pairs:
    """Return the keys of an entry, each with its value as text, but for those that `defaults` have already."""
    write = quoted if json else word
    limits = {"total_limit": user.limit("total_limit"), "hourly_limit": user.limit("hourly_limit")}
    pairs = [("smtp_user_name", write(user.smtp_user_name))]
    if user.alternate is not None:
        pairs += [("rotation", write("alternate"))] if defaults.get("rotation") != "alternate" else []
        pairs.append(("alternate_smtp_user_name", write(user.alternate)))
    pairs += [(field, str(limit)) for field, limit in limits.items() if defaults.get(field) != limit]
    if user.settings.status != defaults.get("status", "Enable"):
        pairs.append(("status", write(user.settings.status)))
    if odd := user.odd_limits():
        pairs.append(("ignore_changes", f"[{', '.join(map(write, odd))}]"))
    return tuple(pairs)


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
    if " " <= character <= "~":
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
