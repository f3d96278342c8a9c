"""How far an apply is: one line that rewrites itself on a terminal, now and then a line of its own in a log."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sarv_sync.cli.shell import Shell
    from sarv_sync.model.plan import Action

_TERMINAL_EVERY = 0.1
_LOG_EVERY = 10.0


class Progress:
    """Counts calls and says how many there are, how fast they go and when they will be done.

    `stream` is None where nobody wants to know; `log` makes whole lines, seldom; `now` counts seconds.
    """

    def __init__(self, stream: TextIO | None, *, log: bool, now: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._log = log
        self._now = now
        self._lock = Lock()
        self._calls = self._ended = self._bad = 0
        self._start = self._shown = now()

    @classmethod
    @contextmanager
    def on(cls, shell: Shell) -> Iterator[Progress]:
        """Yield a progress that fits standard error, and on a terminal leaves nothing behind."""
        # Between the lines that -v prints, one that rewrites itself could not be read.
        log = bool(shell.verbosity) or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb"
        progress = cls(None if shell.quiet else sys.stderr, log=log)
        try:
            yield progress
        finally:
            progress.clear()

    def began(self, changes: int, calls: int) -> None:  # noqa: ARG002 - the interface's
        """Expect so many calls."""
        self._calls = calls
        self._start = self._shown = self._now()

    def call_ended(self) -> None:
        """Count a call."""
        with self._lock:
            self._ended += 1
            self._show_now_and_then(self._words)

    def change_ended(self, name: str, action: Action, end: str) -> None:  # noqa: ARG002 - the interface's
        """Count a change that did not end well."""
        self._bad += end != "applied"

    def waiting(self, what: str, seconds: float) -> None:
        """Say what the run waits for."""
        with self._lock:
            self._show_now_and_then(lambda: f"waiting for {what}, up to {seconds:.0f} s")

    def before(self, say: Callable[[str], None]) -> Callable[[str], None]:
        """Return `say` such that it does not write into the line."""

        def cleared(text: str) -> None:
            with self._lock:
                self.clear()
                say(text)

        return cleared

    def clear(self) -> None:
        """Take the line away, if it is on a terminal."""
        if not self._log:
            self._write("\r\x1b[K")

    def _words(self) -> str:
        expected = max(self._calls, self._ended)
        rate = self._ended / max(self._now() - self._start, 0.001)
        noun = "change" if self._bad == 1 else "changes"
        trouble = f", {self._bad:,} {noun} not made" if self._bad else ""
        left = (expected - self._ended) / rate
        return f"{self._ended:,} of {expected:,} calls, {_rate(rate)}, {_time(left)} left{trouble}"

    def _show_now_and_then(self, words: Callable[[], str]) -> None:
        now = self._now()
        if now - self._shown >= (_LOG_EVERY if self._log else _TERMINAL_EVERY):
            self._shown = now
            # On a terminal: to the first column, the text, and erase what is left of the last one (ECMA-48 EL).
            self._write(f"{words()}\n" if self._log else f"\r{words()[:79]}\x1b[K")

    def _write(self, text: str) -> None:
        if self._stream is None:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            self._stream = None  # nobody reads any more; the apply has better things to do than to end over it


def _rate(calls: float) -> str:
    return f"{calls:,.0f}/s" if calls >= 1 else f"{calls * 60:.1f}/min"


def _time(seconds: float) -> str:
    if seconds >= 90:
        return f"{seconds / 60:.0f} min"
    return f"{seconds:.0f} s"
