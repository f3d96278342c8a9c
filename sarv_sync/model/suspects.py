"""Which of very many secrets may be in a text, found without making the forms of each.

Four characters from within a secret, its mark, are in every form of it: as they are, backwards, or as the bytes that
base64 stands for. So a text is looked through for marks as it is, backwards, and as all the bytes that it could be
the base64 of. What is found is only a suspicion: other texts hold the same four characters.

A mark has a character of the secret before and after it, since base64 within a longer text shares the secret's first
and last bits with its neighbours.
"""

from __future__ import annotations

import re
from binascii import a2b_base64
from typing import TYPE_CHECKING

from sarv_sync.model.secret_forms import UNCHANGED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sarv_sync.model.secret import Secret

_LENGTH = 4
_MARK = re.compile(rf".+([{UNCHANGED}]{{{_LENGTH}}}).", re.DOTALL)
_DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_OTHERS = bytes(range(256)).translate(None, _DIGITS + b"-_")
_BASE64 = bytes.maketrans(b"-_" + _OTHERS, b"+/" + b"A" * len(_OTHERS))
"""What each byte of a text counts as where it is read as base64, in either alphabet."""


class Suspects:
    """Secrets filed under their marks. Few share one, unless they are much alike: those are filed once more."""

    __slots__ = ("_alike", "_first")

    def __init__(self) -> None:
        self._first: dict[str, Secret] = {}
        self._alike: dict[str, set[Secret]] = {}

    def file(self, secret: Secret) -> bool:
        """Keep `secret` for `in_text`, once however often it is given. False for one that has no mark."""
        mark = _mark(secret.reveal())
        if mark is None:
            return False
        first = self._first.setdefault(mark, secret)
        if first is not secret and first != secret:
            self._alike.setdefault(mark, set()).add(secret)
        return True

    def in_text(self, text: str) -> Iterator[Secret]:
        """Yield every secret of which a form may be in `text`. Those that are much alike are yielded once ever."""
        for reading in _readings(text):
            for mark in self._first.keys() & _windows(reading):
                yield self._first[mark]
                yield from self._alike.pop(mark, ())


def _mark(raw: str) -> str | None:
    """Return the last mark in `raw`: passwords that are alike begin, more often than they end, in the same way."""
    if len(raw) >= _LENGTH + 2 and raw.isascii() and raw.isalnum():
        return raw[-_LENGTH - 1 : -1]
    found = _MARK.match(raw)
    return found and found[1]


def _readings(text: str) -> Iterator[str]:
    """Yield `text`, its reverse, and what it says if it is base64 that begins at any place."""
    yield text
    yield text[::-1]
    # Of a form that leaves out what it shares with its neighbours, the text may have nothing before or behind it.
    digits = b"AAAA" + text.encode("ascii", "replace").translate(_BASE64) + b"AAAA"
    for start in range(4):
        whole = (len(digits) - start) // 4 * 4
        yield a2b_base64(digits[start : start + whole]).decode("latin-1")


def _windows(text: str) -> Iterator[str]:
    return map("".join, zip(text, text[1:], text[2:], text[3:], strict=False))
