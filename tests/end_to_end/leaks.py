"""Looking for secrets where none may be. Shares no code with the program's own scrubber."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from sarv_sync.model.secret import Secret
from sarv_sync.model.users import ObservedUser, Settings
from sarv_sync.sandbox.memory import MemoryAccount
from tests.end_to_end.workplace import TOKEN, Workplace

_PASSWORD = 'pw{}-ä"q\\b/s+p%c&a<l'
"""Holds a quote, a backslash, a slash, a plus, a percent sign, markup and a letter beyond ASCII."""


class CanaryAccount(MemoryAccount):
    """An account whose passwords are easy to find, and hard to hide by accident, in any encoding."""

    def _new_user(self, settings: Settings, taken: dict[str, ObservedUser] | set[str]) -> ObservedUser:
        made = super()._new_user(settings, taken)
        return ObservedUser(made.smtp_user_name, settings, Secret(_PASSWORD.format(made.smtp_user_name)))


def secrets_of(account: MemoryAccount) -> list[str]:
    """Return the token and every password of the account."""
    return [TOKEN, *(user.password.reveal() for user in account.users())]


def forms(secret: str) -> Iterator[bytes]:
    """Yield what a leaked `secret` could look like."""
    raw = secret.encode()
    for text in (secret, secret[::-1]):
        yield text.encode()
        yield json.dumps(text)[1:-1].encode()
        yield json.dumps(text, ensure_ascii=False)[1:-1].encode()
        yield json.dumps(json.dumps(text))[3:-3].encode()
        yield repr(text)[1:-1].encode()
        yield ascii(text)[1:-1].encode()
    yield raw[::-1]
    yield raw.hex().encode()
    for url in (quote(secret), quote(secret, safe=""), quote_plus(secret)):
        yield url.encode()
        yield url.lower().encode()
    for offset, shared in ((0, 0), (1, 2), (2, 3)):
        encoded = base64.b64encode(b"\0" * offset + raw)
        inside = encoded[shared : (offset + len(raw)) * 8 // 6]
        yield inside
        yield inside.replace(b"+", b"-").replace(b"/", b"_")


def found(secrets: Iterable[str], texts: Iterable[bytes]) -> list[tuple[str, bytes]]:
    """Return every secret with the form it was found in."""
    haystack = b"\n".join(texts)
    return [(secret, form) for secret in secrets for form in set(forms(secret)) if form in haystack]


def assert_no_leak(work: Workplace, secrets: Iterable[str]) -> None:
    """Assert that nothing the program said or left behind holds any of `secrets`; say how much was searched."""
    files = work.files()
    texts = [*work.heard, *files.values(), *(name.encode() for name in files)]
    size = sum(map(len, texts))
    sys.stdout.write(f"searched {len(work.heard)} outputs and {len(files)} files, {size} bytes\n")
    assert found(secrets, texts) == []
