"""Taking known secrets out of text that is about to leave the program.

Secrets never enter messages on purpose; this is the net below. It knows every form in `secret_forms`.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterable
    from types import TracebackType

    from sarv_sync.model.redaction import Redaction
    from sarv_sync.model.secret import Secret

_COMPACT_AT = 1 << 18


class Scrubber:
    """Knows every secret the program has met, and replaces them in text. Safe to use from several threads.

    Most runs say nothing that could hold one: until then, an account's passwords are only referred to.
    """

    __slots__ = ("_lock", "_pending", "_redaction")

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._lock = Lock()
        self._pending: list[Secret] = list(secrets)
        self._redaction: Redaction | None = None

    def add(self, secret: Secret) -> None:
        """Remember `secret`. Costs next to nothing: whatever there is to do is left to the next `scrub`."""
        self.add_all((secret,))

    def add_all(self, secrets: Iterable[Secret]) -> None:
        """Remember all `secrets`; see `add`.

        An apply lists the account, with the same passwords, again and again: none is kept much more than twice.
        """
        with self._lock:
            before = len(self._pending)
            self._pending.extend(secrets)
            if len(self._pending) > max(_COMPACT_AT, 2 * (len(self._pending) - before)):
                self._pending = list(set(self._pending))

    def scrub(self, text: str) -> str:
        """Return `text` with every form of every known secret replaced by `[redacted]`.

        Where matches overlap, all of their text goes.
        """
        with self._lock:
            if self._redaction is None:
                from sarv_sync.model.redaction import Redaction

                self._redaction = Redaction()
            if self._pending:
                self._redaction.learn(self._pending)
                self._pending = []
            return self._redaction.redact(text)


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
