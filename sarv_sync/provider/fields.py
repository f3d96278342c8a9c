"""Reading the fields of an answer: tolerant of what the published page leaves open, never guessing a value.

No value is part of a fault's text: a provider that mixes its fields up must not get a password printed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sarv_sync.model.users import Status

LONGEST_NAME = 256
LARGEST_LIMIT = 2**53 - 1
"""The largest integer that every JSON reader, and the plan's digest (RFC 8785), keeps exact."""

_STATUS: dict[str, Status] = {"enable": "Enable", "disable": "Disable"}
_KINDS = {type(None): "null", bool: "true or false", int: "a number", float: "a number", str: "text"}


def kind_of(row: Mapping[str, Any], field: str) -> str:
    """Return what kind of JSON value `row` has for `field`, for people: "missing", "null", "text", ..."""
    return _KINDS.get(type(row[field]), "a list or an object") if field in row else "missing"


def read_name(value: object) -> str | None:
    """Return `value` as an `smtp_user_name`: printable text of 1 to 256 characters. None if it is not one."""
    if isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and value.isprintable():
        return value
    return None


def read_limit(value: object) -> int | None:
    """Return `value` as a limit: an integer from 0 on, or such an integer in ASCII digits. None if it is not one.

    0 is readable although the page says "positive": what a listing shows is the provider's business.
    """
    if type(value) is str and len(value) <= 20 and value.isascii() and value.isdigit():
        value = int(value)
    if type(value) is int and 0 <= value <= LARGEST_LIMIT:
        return value
    return None


def read_status(value: object) -> Status | None:
    """Return `value` as a status: one of the two words, in any letter case. None if it is neither."""
    return _STATUS.get(value.lower()) if type(value) is str else None


def read_password(row: Mapping[str, Any]) -> Secret | str:
    """Return the password of `row`, or a text that says why it cannot be read.

    The page calls it `password` in one place and `smtp_password` in another; null counts as missing. An answer with
    neither yields the empty secret: passwords that are not listed must not make the rest of a listing useless.
    """
    first, second = row.get("password"), row.get("smtp_password")
    if first is None:
        first, second = second, None
    if first is None:
        return Secret("")
    if not (_is_password(first) and (second is None or _is_password(second))):
        return "its password is no text"
    if second is not None and first != second:
        return "password and smtp_password differ"
    return Secret(first)


def _is_password(value: object) -> bool:
    """Half a surrogate pair is no text: it could neither be compared nor delivered."""
    if type(value) is not str:
        return False
    return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)
