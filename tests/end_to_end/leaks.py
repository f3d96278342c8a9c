"""Looking for secrets where none may be. Shares no code with the program's own scrubber."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import shlex
import sys
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, quote_plus

from sarv_sync.model.secret import Secret
from sarv_sync.model.users import ObservedUser, Settings
from sarv_sync.sandbox.memory import MemoryAccount
from tests.end_to_end.workplace import TOKEN, Workplace

ODD = '-ä"q\\b/s+p%c&a<l'
"""Quotes, backslash, slash, plus, percent sign, markup, a letter beyond ASCII: there is no encoding that keeps it."""

_CORE = re.compile("[A-Za-z0-9]{10,}")
_LAYOUT = re.compile(rb"\x1b\[[0-9;]*[A-Za-z]|\s+")


class CanaryAccount(MemoryAccount):
    """An account whose passwords are easy to find, and hard to hide by accident, in any encoding.

    `given` are all that it ever had.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._number = count(1)
        self.given = [user.password.reveal() for user in self.users()]

    def reset(self, smtp_user_name: str) -> ObservedUser:
        with self._lock:
            user = self._user(smtp_user_name)
            made = ObservedUser(smtp_user_name, user.settings, self._password(smtp_user_name))
            self._put(made)
            return made

    def _new_user(self, settings: Settings, taken: dict[str, ObservedUser] | set[str]) -> ObservedUser:
        made = super()._new_user(settings, taken)
        return ObservedUser(made.smtp_user_name, settings, self._password(made.smtp_user_name))

    def _put(self, *changed: ObservedUser) -> None:
        super()._put(*changed)
        self.given += [user.password.reveal() for user in changed]

    def _password(self, name: str) -> Secret:
        return Secret(canary(f"{name} {next(self._number)}"))


def canary(seed: str) -> str:
    """Return a secret that nothing else holds any part of."""
    return f"pw{hashlib.sha256(seed.encode()).hexdigest()[:20]}{ODD}"


def secrets_of(account: MemoryAccount) -> list[str]:
    """Return the token and every password of the account."""
    return [TOKEN, *(user.password.reveal() for user in account.users())]


def forms(secret: str) -> Iterator[bytes]:
    """Yield what a leaked `secret` could look like. A long run of letters and digits counts as all of it.

    That run is what is left by escapes that nobody thought of here.
    """
    for part in {secret, *_CORE.findall(secret)}:
        raw = part.encode()
        for text in (part, part[::-1]):
            yield from (form.encode() for form in _escaped(text))
        yield raw[::-1]
        yield from (raw.hex().encode(), raw.hex().upper().encode())
        yield from _base64(raw)


def _escaped(text: str) -> Iterator[str]:
    yield text
    for document in (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]):
        yield document
        yield document.replace("/", "\\/")
        yield json.dumps(document)[1:-1]
    yield from (repr(text)[1:-1], ascii(text)[1:-1], repr(text.encode())[2:-1])
    yield from (html.escape(text), html.escape(text, quote=False), shlex.quote(text).strip("'"))
    for url in (quote(text), quote(text, safe=""), quote_plus(text), quote_plus(text, safe="/")):
        yield url
        yield re.sub("%[0-9A-F]{2}", lambda escape: escape[0].lower(), url)


def _base64(raw: bytes) -> Iterator[bytes]:
    """Yield what base64 makes of `raw` inside of something longer, at each of three places, in both alphabets."""
    for offset, shared in ((0, 0), (1, 2), (2, 3)):
        encoded = base64.b64encode(b"\0" * offset + raw)
        inside = encoded[shared : (offset + len(raw)) * 8 // 6]
        yield inside
        yield inside.replace(b"+", b"-").replace(b"/", b"_")


class Hit(NamedTuple):
    """A secret where none may be, and the form it was found in."""

    secret: str
    form: bytes
    where: str


class Tripwire:
    """Keeps all that is printed and written, and looks for canaries in it: those that are known at the end.

    A text is searched as it is, and once more without colours, line breaks and indents.
    """

    def __init__(self, canaries: Iterable[str] = ()) -> None:
        self._canaries = list(canaries)
        self._texts: list[tuple[str, bytes]] = []
        self.outputs = 0
        self.files = 0

    @property
    def size(self) -> int:
        """How many bytes there are to search."""
        return sum(len(text) for _, text in self._texts)

    def add(self, *canaries: str) -> None:
        """Look for `canaries`, too, in everything."""
        self._canaries += canaries

    def watch(self, output: bytes, where: str = "output") -> None:
        """Keep what was printed, or shown in any other way."""
        self.outputs += 1
        self._texts.append((where, output))

    def search_folder(self, folder: Path, except_for: Iterable[str] = ()) -> None:
        """Keep the names and contents of all files below `folder`, but for those that match one of the patterns."""
        patterns = list(except_for)
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            self._texts.append((f"the name of {name}", name.encode()))
            if path.is_file() and not any(fnmatch(name, pattern) for pattern in patterns):
                self.files += 1
                self._texts.append((name, path.read_bytes()))

    def hits(self) -> list[Hit]:
        """Return every canary that was found, each with its forms and places."""
        return list(self._hits())

    def report(self) -> str:
        """Return how much was searched, in one line."""
        return (
            f"searched {self.outputs} outputs and {self.files} files, {self.size} bytes, "
            f"for {len(set(self._canaries))} canaries"
        )

    def _hits(self) -> Iterator[Hit]:
        texts = [(where, each) for where, text in self._texts for each in {text, _LAYOUT.sub(b"", text)}]
        everything = b"\n".join(text for _, text in texts)
        for secret in dict.fromkeys(self._canaries):
            for form in set(forms(secret)):
                if form in everything:
                    yield from (Hit(secret, form, where) for where, text in texts if form in text)


def found(secrets: Iterable[str], texts: Iterable[bytes]) -> list[tuple[str, bytes]]:
    """Return every secret with the form it was found in."""
    tripwire = Tripwire(secrets)
    for text in texts:
        tripwire.watch(text)
    return sorted({(hit.secret, hit.form) for hit in tripwire.hits()})


def assert_no_leak(work: Workplace, secrets: Iterable[str], except_for: Iterable[str] = ()) -> None:
    """Assert that nothing the program said or left behind holds any of `secrets`; say how much was searched.

    Files that match a pattern of `except_for` are where they belong.
    """
    tripwire = Tripwire(secrets)
    for said in work.heard:
        tripwire.watch(said)
    tripwire.search_folder(work.path, except_for)
    sys.stdout.write(f"{tripwire.report()}\n")
    assert tripwire.hits() == []
