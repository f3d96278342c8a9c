"""The shapes that a secret takes on its way through other people's code.

Raw, reversed, base64, URL-encoded, and escaped as JSON, for a shell or by `repr`. Whatever is added here has to spell
the characters of `UNCHANGED` as they are: `suspects` relies on it.
"""

from __future__ import annotations

from binascii import b2a_base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST = 4
"""Secrets shorter than this are left alone: they would redact ordinary words."""

UNCHANGED = "0-9A-Za-z_.~-"
"""The characters that no form escapes, as a regular expression's class has them."""


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
