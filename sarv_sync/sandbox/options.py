"""The options of fault rules: how each kind of value is read.

An option is a field of a dataclass, with one of the constants below as its metadata.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sarv_sync.sandbox.reply import ERROR_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Reader = Callable[[str], int | float | bool | str]

_LONGEST = 10
"""Digits of a whole number: more than any count needs, few enough for `int` to take no time."""


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST):
        raise ValueError("a whole number")
    return int(text)


def _count(text: str) -> int:
    try:
        value = _whole(text)
    except ValueError:
        value = 0
    if value < 1:
        raise ValueError("a whole number from 1 on")
    return value


def _status(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 3 and "200" <= text <= "599"):
        raise ValueError("an HTTP status from 200 to 599")
    return int(text)


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        raise ValueError("a number from 0 on")
    return value


def _rate(text: str) -> float:
    value = _number(text)
    if value <= 0:
        raise ValueError("a number above 0")
    return value


def _share(text: str) -> float:
    value = _number(text)
    if value > 1:
        raise ValueError("a number from 0 to 1")
    return value


def _flag(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError("true or false")
    return text == "true"


def word(choices: Sequence[str]) -> Mapping[str, Any]:
    """Return the metadata of an option that is one of `choices`."""

    def read(text: str) -> str:
        if text not in choices:
            raise ValueError("one of " + ", ".join(choices))
        return text

    return {"read": read}


WHOLE: Mapping[str, Any] = {"read": _whole}
COUNT: Mapping[str, Any] = {"read": _count}
STATUS: Mapping[str, Any] = {"read": _status}
SECONDS: Mapping[str, Any] = {"read": _number}
RATE: Mapping[str, Any] = {"read": _rate}
SHARE: Mapping[str, Any] = {"read": _share}
FLAG: Mapping[str, Any] = {"read": _flag}
ERROR_NAME = word(ERROR_NAMES)


def read_option(metadata: Mapping[str, Any], text: str) -> int | float | bool | str:
    """Return the value of `text`. Raises `ValueError` that says what the value has to be."""
    read: Reader = metadata["read"]
    return read(text)
