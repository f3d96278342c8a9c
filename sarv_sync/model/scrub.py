"""Taking known secrets out of text that is about to leave the program.

Secrets never enter messages on purpose; this is the net below. It knows the shapes a secret takes on its way through
other people's code: raw, reversed, base64, URL-encoded, and escaped as JSON, for a shell or by `repr`.

An account can hold 100,000 passwords, so there is no pattern of alternatives: every form is kept in one set, and each
window of the (short) text is looked up in it.
"""

from __future__ import annotations

from binascii import b2a_base64
from threading import Lock
from typing import TYPE_CHECKING

from sarv_sync.model.secret import REDACTED

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from sarv_sync.model.secret import Secret

SHORTEST = 4
"""Secrets shorter than this are left alone: they would redact ordinary words."""

_COMPACT_AT = 1 << 18


class Scrubber:
    """Knows every secret the program has met, and replaces them in text. Safe to use from several threads."""

    __slots__ = ("_compact_at", "_forms", "_known", "_lengths", "_lock", "_pending")

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._lock = Lock()
        self._known: set[Secret] = set()
        self._forms: set[str] = set()
        self._lengths: dict[str, tuple[int, ...]] = {}
        self._compact_at = _COMPACT_AT
        self._pending: list[Secret] = list(secrets)

    def add(self, secret: Secret) -> None:
        """Remember `secret`. Costs next to nothing: its forms are made by the next `scrub`."""
        self.add_all((secret,))

    def add_all(self, secrets: Iterable[Secret]) -> None:
        """Remember all `secrets`; see `add`."""
        with self._lock:
            self._pending.extend(secrets)
            if len(self._pending) > self._compact_at:
                self._compact()

    def scrub(self, text: str) -> str:
        """Return `text` with every form of every known secret replaced by `[redacted]`.

        Where matches overlap, all of their text goes.
        """
        with self._lock:
            self._take_in()
            spans = list(self._spans(text))
        if not spans:
            return text
        parts: list[str] = []
        end = 0
        for start, stop in spans:
            parts += (text[end:start], REDACTED)
            end = stop
        return "".join((*parts, text[end:]))

    def _compact(self) -> None:
        """Drop what is pending twice: an apply lists the account, with the same passwords, again and again."""
        self._pending = list(set(self._pending) - self._known)
        self._compact_at = max(_COMPACT_AT, 2 * len(self._pending))

    def _take_in(self) -> None:
        fresh = set(self._pending) - self._known
        self._pending.clear()
        self._known |= fresh
        for secret in fresh:
            raw = secret.reveal()
            if len(raw) >= SHORTEST:
                self._learn(forms_of(raw))

    def _learn(self, forms: set[str]) -> None:
        """File each form under its first characters, so that most places in a text cost one look-up."""
        self._forms |= forms
        for form in forms:
            lengths = self._lengths.get(form[:SHORTEST], ())
            if len(form) not in lengths:
                self._lengths[form[:SHORTEST]] = tuple(sorted((*lengths, len(form)), reverse=True))

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the stretches to replace, in order, overlapping ones joined."""
        start, stop = 0, 0
        for place in range(len(text) - SHORTEST + 1):
            end = self._longest(text, place)
            if end <= stop:
                continue
            if place >= stop:
                if stop:
                    yield start, stop
                start = place
            stop = end
        if stop:
            yield start, stop

    def _longest(self, text: str, place: int) -> int:
        """Return where the longest form that starts at `place` ends, or 0 if none does."""
        for length in self._lengths.get(text[place : place + SHORTEST], ()):
            if text[place : place + length] in self._forms:
                return place + length
        return 0


class ScrubbingFilter:
    """A logging filter that lets every record through, without the secrets.

    It belongs on handlers: a logger's own filters do not see the records of its children.
    """

    def __init__(self, scrubber: Scrubber) -> None:
        self._scrubber = scrubber

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite message, arguments, exception, stack and extra texts of `record`; always true."""
        record.msg, record.args = _message(record), None
        if record.exc_info:
            record.exc_text = _traceback(record.exc_info)
            record.exc_info = None
        for key, value in vars(record).items():
            if isinstance(value, str):
                setattr(record, key, self._scrubber.scrub(value))
        return True


def _message(record: logging.LogRecord) -> str:
    """Return the finished message. `logging` would print the arguments of one that cannot be finished."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError, IndexError):
        return f"{record.msg} (its arguments do not fit and are left out)"


def _traceback(exc_info: tuple[type[BaseException] | None, BaseException | None, TracebackType | None]) -> str:
    """Return the text of an exception as `logging` keeps it."""
    import traceback

    return "".join(traceback.format_exception(*exc_info)).rstrip("\n")


def forms_of(raw: str) -> set[str]:
    """Return the shapes that `raw` is looked for in, itself included."""
    texts = {raw}
    if not (raw.isascii() and raw.isalnum()):
        texts.update(_escaped_forms(raw))
    forms = {*texts, *(text[::-1] for text in texts)}
    for text in texts:  # what is in a document or URL was escaped for it before the whole was turned into base64
        forms.update(_base64_forms(text.encode("utf-8", "surrogatepass")))
    return {form for form in forms if len(form) >= SHORTEST}


def _base64_forms(encoded: bytes) -> Iterator[str]:
    """Yield base64 in both alphabets: padded, unpadded, and what shows when the secret is part of something longer.

    Base64 turns three bytes into four characters, so a secret inside a longer text looks different for each of the
    three places it can start at; the characters that it shares with its neighbours are left off.
    """
    whole = _base64(encoded)
    inside = [whole[: len(encoded) * 8 // 6]]
    for offset, shared in ((1, 2), (2, 3)):
        shifted = _base64(b"\0" * offset + encoded)
        inside.append(shifted[shared : (offset + len(encoded)) * 8 // 6])
    for form in (whole, whole.rstrip("="), *inside):
        yield form
        if "+" in form or "/" in form:
            yield form.replace("+", "-").replace("/", "_")


def _base64(data: bytes) -> str:
    return b2a_base64(data, newline=False).decode("ascii")


def _escaped_forms(raw: str) -> Iterator[str]:
    """Yield how URLs, JSON writers and `repr` spell `raw`; nothing of that changes letters and digits."""
    import json
    from urllib.parse import quote, quote_plus

    encoded = raw.encode("utf-8", "surrogatepass")
    for url in (quote(encoded), quote(encoded, safe=""), quote_plus(encoded), quote_plus(encoded, safe=" ")):
        yield url
        yield _lower_hex(url)
    for document in (json.dumps(raw), json.dumps(raw, ensure_ascii=False)):
        yield document[1:-1]
        yield document[1:-1].replace("/", "\\/")
    for quote_mark in ("'\\''", "'\"'\"'"):  # as a shell shows with `set -x` what it runs
        yield raw.replace("'", quote_mark)
    yield repr(raw)[1:-1]
    yield ascii(raw)[1:-1]
    yield repr(encoded)[2:-1]


def _lower_hex(url: str) -> str:
    """Return `url` with its escapes in lower case, as some encoders write them."""
    first, *rest = url.split("%")
    return "%".join((first, *(part[:2].lower() + part[2:] for part in rest)))
