"""Finding secrets in text, whatever form they take there.

An account can hold a million passwords, so there is no pattern of alternatives, and forms are made only of the
secrets that a text gives cause to suspect in it. The forms made so far are in one set, and each window of the (short)
text is looked up in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.secret import REDACTED
from sarv_sync.model.secret_forms import SHORTEST, forms_of
from sarv_sync.model.suspects import Suspects

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sarv_sync.model.secret import Secret


class Redaction:
    """Replaces the secrets it has learned. For one thread at a time."""

    __slots__ = ("_forms", "_lengths", "_spelled", "_suspects")

    def __init__(self) -> None:
        self._suspects = Suspects()
        self._spelled: set[Secret] = set()
        self._forms: set[str] = set()
        self._lengths: dict[str, tuple[int, ...]] = {}

    def learn(self, secrets: Iterable[Secret]) -> None:
        """Look out for `secrets` from now on."""
        for secret in secrets:
            if not self._suspects.file(secret):
                self._spell(secret)

    def redact(self, text: str) -> str:
        """Return `text` with every form of every secret replaced; where matches overlap, all of their text goes."""
        for secret in self._suspects.in_text(text):
            self._spell(secret)
        parts: list[str] = []
        end = 0
        for start, stop in self._spans(text):
            parts += (text[end:start], REDACTED)
            end = stop
        return "".join((*parts, text[end:]))

    def _spell(self, secret: Secret) -> None:
        """File each form under its first characters, so that most places in a text cost one look-up."""
        if secret in self._spelled:
            return
        self._spelled.add(secret)
        raw = secret.reveal()
        for form in forms_of(raw) if len(raw) >= SHORTEST else ():
            self._forms.add(form)
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
